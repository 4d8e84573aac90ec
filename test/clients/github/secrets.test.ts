/** Secrets as a workflow would see them, and variables. */

import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, it } from "vitest";
import { object } from "#clients/shape.ts";
import { Secret } from "#silo/secret.ts";
import type { GitHubPlace, GitHubWrites } from "#world/github.ts";
import * as answers from "./answers.ts";
import {
  type Answer,
  type Asked,
  empty,
  failureOf,
  json,
  notFound,
  refusal,
  repo,
  routes,
  scripted,
} from "./scripted.ts";

const at = "/repos/acme/erp";
const env = `${at}/environments/devops`;
const place: GitHubPlace = { kind: "environment", environment: "devops" };
const seenRepository = { [`GET ${at}`]: () => json(200, { id: 5 }) };

beforeAll(() => sodium.ready);

function keyPair() {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return {
    answer: (id: string) => () => json(200, answers.publicKey(id, publicKey)),
    open(asked: Asked | undefined): string {
      const body = object(asked?.body, "the body");
      const sealed = Buffer.from(String(body.encrypted_value), "base64");
      return sodium.to_string(sodium.crypto_box_seal_open(sealed, publicKey, privateKey));
    },
  };
}

describe("putSecret", () => {
  const keyLine = `GET ${env}/secrets/public-key`;

  it("seals with the key of the place, asked for once, also by several at once", async () => {
    const pair = keyPair();
    const { client, asked, lines, violations } = scripted(
      routes({
        [keyLine]: pair.answer("1"),
        [`PUT ${env}/secrets/A`]: () => json(201, {}),
        [`PUT ${env}/secrets/B`]: () => empty(),
      }),
    );
    await Promise.all([
      client.putSecret(repo, place, "A", new Secret("pass wörd")),
      client.putSecret(repo, place, "B", new Secret("")),
    ]);
    expect(lines().filter((line) => line === keyLine)).toHaveLength(1);
    const sent = (name: string) => asked.find(({ line }) => line.endsWith(`/${name}`));
    expect(pair.open(sent("A"))).toBe("pass wörd");
    expect(pair.open(sent("B"))).toBe("");
    expect(violations()).toEqual([]);
  });

  it.each([
    ["422", () => refusal(422, "The key_id is not known")],
    ["404", notFound],
  ])("asks for the key anew when the old one is answered with %s", async (_what, answer) => {
    const [old, fresh] = [keyPair(), keyPair()];
    const { client, asked } = scripted(
      routes({
        [keyLine]: [old.answer("1"), fresh.answer("2")],
        [`PUT ${env}/secrets/A`]: [() => empty(), answer, () => empty()],
      }),
    );
    await client.putSecret(repo, place, "A", new Secret("one"));
    await client.putSecret(repo, place, "A", new Secret("two"));
    expect(asked.at(-1)?.body).toMatchObject({ key_id: "2" });
    expect(fresh.open(asked.at(-1))).toBe("two");
  });

  it("does not use the key of an environment that was deleted", async () => {
    const pair = keyPair();
    const { client, lines } = scripted(
      routes({
        [keyLine]: pair.answer("1"),
        [`PUT ${env}/secrets/A`]: () => empty(),
        [`DELETE ${env}`]: () => empty(),
      }),
    );
    await client.putSecret(repo, place, "A", new Secret("one"));
    await client.deleteEnvironment(repo, "devops");
    await client.putSecret(repo, place, "A", new Secret("two"));
    expect(lines().filter((line) => line === keyLine)).toHaveLength(2);
  });

  it("asks again for a key that could not be read", async () => {
    const pair = keyPair();
    const { client } = scripted(
      routes({
        [keyLine]: [() => refusal(403, "no"), pair.answer("1")],
        [`PUT ${env}/secrets/A`]: () => empty(),
      }),
    );
    expect(await failureOf(client.putSecret(repo, place, "A", new Secret("one")))).toBeDefined();
    expect(await failureOf(client.putSecret(repo, place, "A", new Secret("one")))).toBeUndefined();
  });

  it.each([
    ["too short", Buffer.alloc(31)],
    ["of small order", Buffer.alloc(32)],
  ])("writes nothing with a key that is %s", async (_what, bytes) => {
    const { client, asked } = scripted(
      routes({ [keyLine]: () => json(200, answers.publicKey("1", bytes)) }),
    );
    const error = await failureOf(client.putSecret(repo, place, "A", new Secret("s3cr3t-value")));
    expect(error).toMatchObject({ facts: { provider: "github" } });
    expect(asked.every(({ method }) => method === "GET")).toBe(true);
  });

  it("refuses more than 48 KB, as UTF-8, before it asks anything", async () => {
    const { client, asked } = scripted(notFound);
    const value = new Secret("é".repeat(24 * 1024 + 1));
    expect(await failureOf(client.putSecret(repo, place, "A", value))).toMatchObject({
      facts: { category: "invalid" },
      message: expect.not.stringContaining("éé"),
    });
    expect(asked).toEqual([]);
  });

  it("shows neither the value nor the box, whatever GitHub says", async () => {
    const value = "hunter2-correct-horse";
    const { client } = scripted(({ line, body }) => {
      if (line === keyLine) return json(200, answers.publicKey("1", new Uint8Array(32).fill(9)));
      const sealed = String(object(body, "the body").encrypted_value);
      return refusal(422, `bad ${value} ${sealed} ${btoa(value)} ${encodeURIComponent(value)}`);
    });
    const error = await failureOf(client.putSecret(repo, place, "A", new Secret(value)));
    expect(String(error)).toContain("bad *** *** *** ***");
    expect(JSON.stringify(error)).not.toContain(value);
  });

  it("shows no part of a box that GitHub quotes and cuts short", async () => {
    let quoted = "";
    const { client } = scripted(({ line, body }) => {
      if (line === keyLine) return json(200, answers.publicKey("1", new Uint8Array(32).fill(9)));
      quoted = String(object(body, "the body").encrypted_value).slice(0, 40);
      return refusal(422, `Invalid request.\n\n${quoted}… does not match /^[a-z]$/.`);
    });
    const error = await failureOf(client.putSecret(repo, place, "A", new Secret("hunter2-horse")));
    expect(quoted).toHaveLength(40);
    expect(String(error)).toContain("Invalid request. ***…");
    expect(String(error)).not.toContain(quoted.slice(0, 8));
  });
});

describe("deleting", () => {
  it.each<[string, (c: GitHubWrites) => Promise<void>, string]>([
    ["a secret", (c) => c.deleteSecret(repo, place, "A"), `DELETE ${env}/secrets/A`],
    ["a variable", (c) => c.deleteVariable(repo, place, "A"), `DELETE ${env}/variables/A`],
    ["an environment", (c) => c.deleteEnvironment(repo, "devops"), `DELETE ${env}`],
  ])("%s that is gone is no error, if the repository is seen", async (_what, call, line) => {
    const seen = scripted(routes(seenRepository));
    expect(await failureOf(call(seen.client))).toBeUndefined();
    expect(seen.lines()).toEqual([line, `GET ${at}`]);
    const unseen = scripted(notFound);
    expect(await failureOf(call(unseen.client))).toMatchObject({
      facts: { category: "not_found" },
    });
  });
});

describe.each<[string, GitHubPlace, string]>([
  ["the repository", { kind: "repository" }, `${at}/actions/variables`],
  ["an environment", place, `${env}/variables`],
])("putVariable of %s", (_what, where, path) => {
  const put = (get: () => Answer, others: Record<string, () => Answer> = {}) =>
    scripted(routes({ ...seenRepository, [`GET ${path}/URL`]: get, ...others }));
  const current = (value: string) => () => json(200, answers.variable("URL", value));

  it("writes nothing when the value is the same", async () => {
    const { client, lines } = put(current("https://a"));
    await client.putVariable(repo, where, "URL", "https://a");
    expect(lines()).toEqual([`GET ${path}/URL`]);
  });

  it("changes another value", async () => {
    const { client, asked, violations } = put(current("https://a"), {
      [`PATCH ${path}/URL`]: () => empty(),
    });
    await client.putVariable(repo, where, "URL", "https://b");
    expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { value: "https://b" } });
    expect(violations()).toEqual([]);
  });

  it("creates one that is not there", async () => {
    const { client, asked, violations } = put(notFound, { [`POST ${path}`]: () => json(201, {}) });
    await client.putVariable(repo, where, "URL", "https://b");
    expect(asked.at(-1)).toMatchObject({
      method: "POST",
      body: { name: "URL", value: "https://b" },
    });
    expect(violations()).toEqual([]);
  });

  it("changes one that somebody created in between", async () => {
    const { client, asked } = put(notFound, {
      [`POST ${path}`]: () => refusal(409, "Already exists - Variable already exists"),
      [`PATCH ${path}/URL`]: () => empty(),
    });
    await client.putVariable(repo, where, "URL", "https://b");
    expect(asked.at(-1)?.method).toBe("PATCH");
  });
});
