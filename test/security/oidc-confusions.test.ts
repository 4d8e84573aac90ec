/** Workflow tokens: whatever is not exactly what the configuration names is nobody. */

import { createHmac } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

const issuer = "https://token.actions.githubusercontent.com";
const url = "https://desk.example.com";
const workflow = "somtech/acme-erp/.github/workflows/build.yml@refs/heads/main";
const reusable = "somtech/ci/.github/workflows/build.yml@refs/heads/main";

const config = `
desk:
  url: ${url}
  workflows:
    - name: erp-build
      role: dev-worker
      silos: [acme-erp]
      repository_id: "100"
      repository_owner_id: "200"
      ref: refs/heads/main
      workflow_ref: ${workflow}
    - name: crm-build
      role: devops
      silos: [acme-erp]
      repository_id: "101"
      repository_owner_id: "200"
      ref: refs/heads/main
      job_workflow_ref: ${reusable}
      environment: preview
    - name: twice-1
      role: dev-worker
      silos: [acme-erp]
      repository_id: "102"
      repository_owner_id: "200"
      ref: refs/heads/main
      workflow_ref: ${workflow}
    - name: twice-2
      role: devops
      silos: [acme-erp]
      repository_id: "102"
      repository_owner_id: "200"
      ref: refs/heads/main
      workflow_ref: ${workflow}
`;

const pair = await generateKeyPair("RS256", { extractable: true });
const strangers = await generateKeyPair("RS256", { extractable: true });
const kid = "key-1";
let cloud: Cloud;
let desk: ADesk;

/** The issuer publishes its keys, and can be out of reach. */
let isIssuerDown = false;
const issuerFetch: Fetch = async (input) => {
  if (isIssuerDown) throw new TypeError("fetch failed");
  if (String(input) !== `${issuer}/.well-known/jwks`) return new Response("", { status: 404 });
  const key = await exportJWK(pair.publicKey);
  return Response.json({ keys: [{ ...key, kid, alg: "RS256", use: "sig" }] });
};

beforeAll(async () => {
  cloud = aCloud({ files: { "silos/acme-erp.yml": specText(), "silo.config.yml": config } });
  expect((await cloud.run("apply")).exitCode).toBe(0);
  desk = await aDesk(cloud, { fetch: issuerFetch });
}, 60_000);
afterAll(async () => desk.close());

const now = () => Math.floor(desk.desk.clock.now() / 1_000);

type Claims = Readonly<Record<string, unknown>>;

const right = (): Claims => ({
  iss: issuer,
  aud: url,
  sub: "repo:somtech/acme-erp:ref:refs/heads/main",
  iat: now(),
  nbf: now() - 300,
  exp: now() + 300,
  repository: "somtech/acme-erp",
  repository_id: "100",
  repository_owner_id: "200",
  ref: "refs/heads/main",
  ref_type: "branch",
  event_name: "push",
  workflow_ref: workflow,
  job_workflow_ref: workflow,
});

const sign = (claims: Claims, header: Record<string, unknown> = {}, key = pair.privateKey) =>
  new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid, ...header })
    .sign(key);

/** Far enough apart that failed tries do not add up to a limit. */
async function asked(token: string, path = "/app-context?silo=acme-erp") {
  cloud.clock.advance(7_000);
  return desk.ask(path, { headers: { authorization: `Bearer ${token}` } });
}

test("a workflow gets its context with no stored secret", async () => {
  const answer = await asked(await sign(right()));
  expect(answer.status).toBe(200);
  expect(Object.keys((await answer.json()) as object)).toEqual([
    "supabase_url",
    "supabase_anon_key",
  ]);
  expect(JSON.parse(desk.audit.at(-1) ?? "")).toMatchObject({
    who: "erp-build",
    role: "dev-worker",
  });
});

test("a reusable workflow is known by its own file, and only in its environment", async () => {
  const claims = {
    ...right(),
    repository_id: "101",
    job_workflow_ref: reusable,
    environment: "preview",
  };
  const answer = await asked(await sign(claims));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "running" });
  for (const environment of [undefined, "production"]) {
    expect((await asked(await sign({ ...claims, environment }))).status).toBe(401);
  }
});

const wrong: Readonly<Record<string, Claims>> = {
  "another issuer": { iss: "https://token.example.com" },
  "an issuer that begins alike": { iss: `${issuer}.example.com` },
  "a tenant of the issuer": { iss: `${issuer}/acme` },
  "another audience": { aud: "https://other.example.com" },
  "the audience with a slash": { aud: `${url}/` },
  "several audiences": { aud: [url, "https://other.example.com"] },
  "no audience": { aud: undefined },
  "another repository": { repository_id: "999" },
  "a repository of the same name": { repository_id: "998", repository: "somtech/acme-erp" },
  "a number instead of its text": { repository_id: 100 },
  "another owner": { repository_owner_id: "201" },
  "a branch": { ref: "refs/heads/feature" },
  "a tag named as the branch": { ref: "refs/tags/main", ref_type: "tag" },
  "a tag that calls itself the branch": { ref_type: "tag" },
  "a pull request": { event_name: "pull_request", ref: "refs/pull/1/merge" },
  "a pull request on the branch": { event_name: "pull_request_target" },
  "an event that is not named": { event_name: "issue_comment" },
  "another workflow": { workflow_ref: workflow.replace("build", "other") },
  "the workflow of a branch": { workflow_ref: workflow.replace("main", "feature") },
  "a workflow that begins alike": { workflow_ref: `${workflow}-2` },
  "a called workflow": { job_workflow_ref: reusable },
  "no repository": { repository_id: undefined },
  "two rules that fit": { repository_id: "102" },
  "a role of its own": { repository_id: "999", role: "devops" },
};

test.each(Object.entries(wrong))("%s is nobody", async (_name, claims) => {
  const answer = await asked(await sign({ ...right(), ...claims }));
  expect(answer.status).toBe(401);
  expect(await answer.text()).not.toMatch(/issuer|audience|repository|acme/i);
});

const times: Readonly<Record<string, () => Claims>> = {
  "one that has expired": () => ({ exp: now() - 61 }),
  "one of tomorrow": () => ({ nbf: now() + 120 }),
  "one issued in the future": () => ({ iat: now() + 120 }),
  "one issued long ago": () => ({ iat: now() - 4_000 }),
  "one without an end": () => ({ exp: undefined }),
  "one without a beginning": () => ({ nbf: undefined }),
  "one that does not say when": () => ({ iat: undefined }),
};

test.each(Object.entries(times))("%s is nobody's", async (_name, claims) => {
  expect((await asked(await sign({ ...right(), ...claims() }))).status).toBe(401);
});

test("clocks that differ by less than a minute do no harm", async () => {
  const claims = { ...right(), iat: now() + 50, nbf: now() + 50, exp: now() + 300 };
  expect((await asked(await sign(claims))).status).toBe(200);
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const forged: Readonly<Record<string, () => Promise<string>>> = {
  "by another key": () => sign(right(), {}, strangers.privateKey),
  "by another key, which it names itself": async () =>
    sign(right(), { jwk: await exportJWK(strangers.publicKey) }, strangers.privateKey),
  "by a key of another place": () =>
    sign(right(), { jku: "https://evil.example.com/jwks", kid: "evil" }, strangers.privateKey),
  "by nobody": async () => `${part({ alg: "none", typ: "JWT", kid })}.${part(right())}.`,
  "with the public key as a shared secret": async () => {
    const body = `${part({ alg: "HS256", typ: "JWT", kid })}.${part(right())}`;
    const secret = await exportSPKI(pair.publicKey);
    return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
  },
  "by the right key and another algorithm": async () => {
    const other = await crypto.subtle.importKey(
      "jwk",
      { ...(await exportJWK(pair.privateKey)), alg: "RS512" },
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
      true,
      ["sign"],
    );
    return sign(right(), { alg: "RS512" }, other);
  },
  "for other claims": async () => {
    const [head, , signature] = (await sign({ ...right(), repository_id: "1" })).split(".");
    return `${head}.${part(right())}.${signature}`;
  },
  "with a part that nobody understands": () =>
    new SignJWT(right() as JWTPayload)
      .setProtectedHeader({ alg: "RS256", kid, crit: ["x-new"], "x-new": true })
      .sign(pair.privateKey, { crit: { "x-new": true } }),
};

test.each(Object.entries(forged))("a token signed %s is nobody's", async (_name, make) => {
  expect((await asked(await make())).status).toBe(401);
});

test("the role is never taken from the request", async () => {
  const token = await sign(right());
  for (const path of [
    "/app-context?silo=acme-erp&role=devops",
    "/app-context?silo=acme-erp&as=devops",
  ]) {
    expect((await asked(token, path)).status).toBe(400);
  }
  const headers = { authorization: `Bearer ${token}`, "x-role": "devops", "x-silo-role": "devops" };
  const answer = await desk.ask("/v1/me", { headers });
  expect(await answer.json()).toMatchObject({ name: "erp-build", role: "dev-worker" });
});

test("an issuer out of reach is no failed try, and said to be that", async () => {
  const other = await aDesk(cloud, { fetch: issuerFetch });
  isIssuerDown = true;
  const headers = { authorization: `Bearer ${await sign(right())}` };
  const answers = await Promise.all(
    Array.from({ length: 15 }, () => other.ask("/v1/me", { headers })),
  );
  isIssuerDown = false;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  expect((await other.ask("/v1/me", { headers })).status).toBe(200);
  await other.close();
});
