/** The client as a whole: where it asks, with which token, and what it can do. */

import { expect, it } from "vitest";
import { createGitHubClient } from "#clients/github/client.ts";
import { Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import * as answers from "./answers.ts";
import { empty, json, repo, routes, scripted, token } from "./scripted.ts";

const at = "/repos/acme/erp";

it("one token serves for all where there is no second", async () => {
  const { client, asked } = scripted(
    routes({ [`GET ${at}/environments`]: () => json(200, answers.counted("environments", [])) }),
    { secretsToken: new Secret(token) },
  );
  await client.listEnvironments(repo);
  expect(asked[0]?.headers.get("authorization")).toBe(`token ${token}`);
});

it.each([
  ["https://ghe.test/api/v3", undefined, "https://ghe.test/api/graphql"],
  ["https://api.ghe.test", undefined, "https://api.ghe.test/graphql"],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8081/gql", "http://127.0.0.1:8081/gql"],
])("with the API at %s and GraphQL at %s asks %s", async (baseUrl, graphqlUrl, expected) => {
  const { client, asked } = scripted(() => json(200, { data: { repository: { f0: null } } }), {
    baseUrl,
    ...(graphqlUrl === undefined ? {} : { graphqlUrl }),
  });
  await client.readFiles(repo, "silo-status", ["a.json"]);
  expect(asked.map(({ url }) => String(url))).toEqual([expected]);
});

it.each(["", "two words", "line\nbreak"])("the token %j is refused at once", (given) => {
  const { clock } = scripted(() => empty());
  const make = () =>
    createGitHubClient({
      clock,
      fetch: async () => empty(),
      random: { bytes: (length) => new Uint8Array(length) },
      token: new Secret(given),
    });
  expect(make).toThrow(Refused);
});

it.each(["acme", "acme/erp/x", "../erp", "acme/..", "a cme/erp", ""])(
  "the repository %j is refused before anything is sent",
  async (name) => {
    const { client, asked } = scripted(() => json(200, {}));
    const failures = await Promise.all([
      client.repository(name).catch(String),
      client.readFiles(name, "main", ["a"]).catch(String),
    ]);
    expect(failures).toEqual([
      expect.stringMatching(/^ApiError/),
      expect.stringMatching(/^ApiError/),
    ]);
    expect(asked).toEqual([]);
  },
);
