/** Whether GitHub and Fly still hold what they were given, told without reading a value. */

import { expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  aPerson,
  aRepo,
  cloudWith,
  expectedWhileRunning,
  hubOf,
  repo,
  standing,
} from "./handed-out.ts";

const devops = "silo-acme-erp-devops";
const anonKey = "SILO_ACME_ERP_SUPABASE_ANON_KEY";
const supabaseUrl = "SILO_ACME_ERP_SUPABASE_URL";

const isWriteOf = ({ method, action }: { method: string; action: string }) =>
  method !== "GET" && action !== "graphql-query";

/** Calls to GitHub since then, without those of the status. */
function since(cloud: Cloud, count: number) {
  const calls = hubOf(cloud)
    .requests.slice(count)
    .filter(({ action }) => !/graphql|deployment|^ref|commit|blob|tree|repo$/.test(action));
  return { reads: calls.filter((one) => !isWriteOf(one)), writes: calls.filter(isWriteOf) };
}

async function applied(): Promise<Cloud> {
  const cloud = cloudWith(aRepo());
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  await cloud.clock.sleep(5_000);
  return cloud;
}

type ByHand = (cloud: Cloud) => Promise<unknown>;

const inRepository: Record<string, ByHand> = {
  "a secret overwritten": async (cloud) =>
    hubOf(cloud).setSecret(repo, "repository", { name: anonKey, value: "stolen" }),
  "a secret deleted": (cloud) => aPerson(cloud).deleteSecret(repo, { kind: "repository" }, anonKey),
  "a variable changed": (cloud) =>
    aPerson(cloud).putVariable(repo, { kind: "repository" }, supabaseUrl, "https://evil.example"),
  "a variable deleted": (cloud) =>
    aPerson(cloud).deleteVariable(repo, { kind: "repository" }, supabaseUrl),
  "an environment removed": (cloud) => aPerson(cloud).deleteEnvironment(repo, devops),
};

const inEnvironment: Record<string, ByHand> = {
  "a secret of an environment overwritten": async (cloud) =>
    hubOf(cloud).setSecret(
      repo,
      { environment: devops },
      { name: "SILO_ACME_ERP_DB_PASSWORD", value: "stolen" },
    ),
  "a secret of an environment deleted": (cloud) =>
    aPerson(cloud).deleteSecret(
      repo,
      { kind: "environment", environment: devops },
      "SILO_ACME_ERP_SUPABASE_SERVICE_ROLE_KEY",
    ),
  "a variable of an environment changed": (cloud) =>
    aPerson(cloud).putVariable(
      repo,
      { kind: "environment", environment: "silo-acme-erp-security-auditor" },
      "SILO_ACME_ERP_DB_CONNECTION_STRING_MASKED",
      "postgres://elsewhere",
    ),
};

test.each(
  Object.entries({ ...inRepository, ...inEnvironment }).flatMap(([what, byHand]) => [
    [what, "apply acme-erp", byHand] as const,
    ...(what in inRepository ? [[what, "apply", byHand] as const] : []),
  ]),
)(
  "%s by hand is put right by `%s`, and the next one writes nothing",
  async (_what, line, byHand) => {
    const cloud = await applied();
    const running = await expectedWhileRunning(cloud);
    await byHand(cloud);
    expect(standing(cloud)).not.toEqual(running);
    const plan = await cloud.run(line.replace("apply", "plan --detailed-exitcode"));
    expect(plan).toMatchObject({ exitCode: 3, writes: [] });
    expect(plan.stdout).toMatch(/again: .*removed by hand/);
    const again = await cloud.run(line);
    expect(again).toMatchObject({ exitCode: 0 });
    // Nothing but the record is written on Fly.
    expect([...new Set(again.writes.map(({ action }) => action))]).toEqual(["metadata.patch"]);
    expect(standing(cloud)).toEqual(running);
    await cloud.clock.sleep(60_000);
    const before = hubOf(cloud).requests.length;
    const second = await cloud.run(line);
    expect(second).toMatchObject({ exitCode: 0, writes: [] });
    expect(second.stdout).toContain("nothing to do");
    expect(since(cloud, before).writes).toEqual([]);
    expect(cloud.violations()).toEqual([]);
  },
);

test("only what was touched is written again", async () => {
  const cloud = await applied();
  hubOf(cloud).setSecret(
    repo,
    { environment: devops },
    { name: "SILO_ACME_ERP_DB_PASSWORD", value: "stolen" },
  );
  const before = hubOf(cloud).requests.length;
  await cloud.run("apply acme-erp");
  const paths = since(cloud, before).writes.map(({ method, path }) => `${method} ${path}`);
  expect(paths).toEqual([
    `PUT /repos/${repo}/environments/${devops}/secrets/SILO_ACME_ERP_DB_PASSWORD`,
  ]);
});

test("a fleet that is as it should be costs a few lists of GitHub, and no write", async () => {
  const apps = Array.from({ length: 12 }, (_, index) => `app${index}`);
  const files = Object.fromEntries(apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })]));
  const cloud = cloudWith(aRepo(), { files });
  expect(await cloud.run("apply -q")).toMatchObject({ exitCode: 0 });
  await cloud.clock.sleep(60_000);
  const before = hubOf(cloud).requests.length;
  const second = await cloud.run("apply");
  expect(second).toMatchObject({ exitCode: 0, writes: [] });
  expect(second.calls.length).toBeLessThan(10);
  const { reads, writes } = since(cloud, before);
  expect(writes).toEqual([]);
  expect(reads.map(({ action }) => action).sort()).toEqual([
    "environments-list",
    "repository-secrets-list",
    "repository-variables-list",
  ]);
});

test("a change of form without new keys is handed out: a Postgres made private", async () => {
  const cloud = await applied();
  cloud.files.write(
    "silos/acme-erp.yml",
    specText({ services: "    postgres: { public: false }\n    studio: { enabled: false }" }),
  );
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  const { devops: row, auditor } = standing(cloud);
  expect(row.SILO_ACME_ERP_DB_CONNECTION_STRING).toMatch(
    /@devenv-acme-erp-pg\.flycast:.*=disable$/,
  );
  expect(auditor.SILO_ACME_ERP_DB_CONNECTION_STRING_MASKED).toContain(".flycast:");
  expect(Object.keys(row).filter((name) => name.includes("STUDIO"))).toEqual([]);
  await cloud.clock.sleep(60_000);
  expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
});

test("who cannot read GitHub is told so, and the plan goes on", async () => {
  let isClosed = false;
  const cloud = cloudWith(aRepo(), {
    wrapGitHub: (fetch) => async (input, init) =>
      isClosed ? Response.json({ message: "Not Found" }, { status: 404 }) : fetch(input, init),
  });
  await cloud.run("apply");
  await cloud.clock.sleep(5_000);
  hubOf(cloud).setSecret(repo, "repository", { name: anonKey, value: "stolen" });
  isClosed = true;
  const plan = await cloud.run("plan --detailed-exitcode");
  expect(plan).toMatchObject({ exitCode: 0, writes: [] });
  expect(plan.stderr).toContain("what stands on GitHub was not looked at");
});

test("what is handed out and died before its record was written is taken back by a stop", async () => {
  let isDead = false;
  const cloud = cloudWith(aRepo(), {
    wrapGitHub: (fetch) => async (input, init) => {
      const answer = await fetch(input, init);
      if (!isDead && init?.method === "PUT" && String(input).includes("/actions/secrets/")) {
        isDead = true;
        throw new TypeError("fetch failed");
      }
      if (isDead && init?.method && init.method !== "GET") throw new TypeError("fetch failed");
      return answer;
    },
  });
  expect((await cloud.run("apply")).exitCode).toBe(1);
  expect(standing(cloud).repository).toHaveProperty(anonKey);
  isDead = false;
  const healed = await cloud.run("stop acme-erp");
  expect(healed.exitCode).toBe(0);
  expect(standing(cloud).repository).toEqual({});
});

test("the status has a fingerprint of each place, which no value and no other silo shares", async () => {
  const cloud = await applied();
  const { keys } = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
  expect(Object.keys(keys).sort()).toEqual([
    "github:devops",
    "github:repository",
    "github:security-auditor",
  ]);
  for (const one of Object.values(keys)) {
    expect(one).toMatchObject({
      generation: 1,
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  }
  await cloud.run("rotate acme-erp");
  const after = JSON.parse((await cloud.run("status acme-erp --format json")).stdout).keys;
  expect(after["github:devops"].generation).toBe(2);
  expect(after["github:devops"].fingerprint).not.toBe(keys["github:devops"].fingerprint);
  await cloud.run("stop acme-erp");
  expect(JSON.parse((await cloud.run("status acme-erp --format json")).stdout).keys).toEqual({});
});

test("drift looks into every environment, and heals what was changed in one", async () => {
  const cloud = await applied();
  const running = await expectedWhileRunning(cloud);
  const secret = { name: "SILO_ACME_ERP_DB_PASSWORD", value: "stolen" };
  hubOf(cloud).setSecret(repo, { environment: devops }, secret);
  const drift = await cloud.run("drift");
  expect(drift).toMatchObject({ exitCode: 3, writes: [] });
  expect(drift.stdout).toMatch(/again: .*removed by hand/);
  expect(await cloud.run("drift --heal")).toMatchObject({ exitCode: 0 });
  expect(standing(cloud)).toEqual(running);
});
