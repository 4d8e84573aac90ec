/** Reading many files of a branch at once. */

import { expect, it } from "vitest";
import { object } from "#clients/shape.ts";
import { blob } from "./answers.ts";
import { graphqlViolations } from "./graphql-contract.ts";
import { type Asked, failureOf, json, refusal, repo, scripted } from "./scripted.ts";

/** Answers each expression with its own path. */
function echo({ body }: Asked): Response {
  const variables = object(object(body, "body").variables, "variables");
  const repository = Object.entries(variables)
    .filter(([key]) => key.startsWith("p"))
    .map(([key, expression]) => [`f${key.slice(1)}`, blob(String(expression))]);
  return json(200, { data: { repository: Object.fromEntries(repository) } });
}

it.each([
  [0, 0],
  [1, 1],
  [100, 1],
  [101, 2],
  [250, 3],
])("%i files take %i queries", async (count, queries) => {
  const { client, asked } = scripted(echo);
  const paths = Array.from({ length: count }, (_, at) => `silos/status/s-${at}.json`);
  const files = await client.readFiles(repo, "silo-status", [...paths, ...paths.slice(0, 1)]);
  expect([...files]).toEqual(paths.map((path) => [path, `refs/heads/silo-status:${path}`]));
  expect(asked).toHaveLength(queries);
  expect(asked.flatMap(({ body }) => graphqlViolations(body))).toEqual([]);
});

it("what is missing, a folder, binary or too large to be given whole is absent", async () => {
  const repository = { f0: null, f1: {}, f2: blob(null), f3: blob("cut", true), f4: blob("") };
  const { client } = scripted(() => json(200, { data: { repository } }));
  const files = await client.readFiles(repo, "main", ["0", "1", "2", "3", "4"]);
  expect([...files]).toEqual([["4", ""]]);
});

it("a path cannot become part of the query", async () => {
  const { client, asked } = scripted(echo);
  const path = '") { id } } mutation { x(';
  await client.readFiles(repo, "silo-status", [path]);
  expect(JSON.stringify(object(asked[0]?.body, "body").query)).not.toContain("mutation");
});

it.each([
  ["errors beside data", { data: { repository: { f0: blob("x") } }, errors: [{ message: "No" }] }],
  ["errors that are no objects", { data: null, errors: ["no"] }],
  ["no repository", { data: { repository: null } }],
  ["a file less than was asked for", { data: { repository: {} } }],
  ["a file that is a list", { data: { repository: { f0: [] } } }],
  ["text that is a number", { data: { repository: { f0: { text: 5, isTruncated: false } } } }],
  ["nothing", null],
])("%s is an error, not an absence", async (_what, body) => {
  const { client, asked } = scripted(() => json(200, body));
  expect(await failureOf(client.readFiles(repo, "main", ["a"]))).toMatchObject({
    facts: { provider: "github", category: "invalid", ambiguous: false },
  });
  expect(asked).toHaveLength(1);
});

it("a repository that is not there is not found", async () => {
  const errors = [{ type: "NOT_FOUND", message: "Could not resolve to a Repository" }];
  const { client } = scripted(() => json(200, { data: { repository: null }, errors }));
  expect(await failureOf(client.readFiles(repo, "main", ["a"]))).toMatchObject({
    facts: { category: "not_found" },
  });
});

it("is read again after trouble, and waits out a rate limit that comes with 200", async () => {
  const limited = { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] };
  const { client, asked, clock } = scripted((call, count) => {
    if (count === 1) return refusal(502, "Server Error");
    const reset = String(clock.now() / 1000 + 20);
    if (count === 2) return json(200, limited, { "x-ratelimit-reset": reset });
    return echo(call);
  });
  const files = await client.readFiles(repo, "main", ["a"]);
  expect(files.size).toBe(1);
  expect(asked).toHaveLength(3);
  expect((asked[2]?.at ?? 0) - (asked[1]?.at ?? 0)).toBeGreaterThanOrEqual(20_000);
});
