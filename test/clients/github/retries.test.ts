/** What is tried again, how often, when, and what is not. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import type { GitHubWrites } from "#world/github.ts";
import * as answers from "./answers.ts";
import {
  type Answer,
  type Asked,
  connectionError,
  failureOf,
  json,
  refusal,
  repo,
  scripted,
} from "./scripted.ts";

const place = { kind: "repository" } as const;

const once: Record<string, (client: GitHubWrites) => Promise<unknown>> = {
  createDeployment: (c) =>
    c.createDeployment(repo, { ref: "main", environment: "e", description: "" }),
  createComment: (c) => c.createComment(repo, 1, "x"),
};

const repeatable: Record<string, (client: GitHubWrites) => Promise<unknown>> = {
  repository: (c) => c.repository(repo),
  listComments: (c) => c.listComments(repo, 1),
  readFiles: (c) => c.readFiles(repo, "main", ["a"]),
  putSecret: (c) => c.putSecret(repo, place, "A", new Secret("value")),
  deleteSecret: (c) => c.deleteSecret(repo, place, "A"),
  putVariable: (c) => c.putVariable(repo, place, "A", "b"),
  deleteVariable: (c) => c.deleteVariable(repo, place, "A"),
  restrictEnvironment: (c) => c.restrictEnvironment(repo, "e", { branches: ["main"] }),
  deleteEnvironment: (c) => c.deleteEnvironment(repo, "e"),
  setDeploymentState: (c) => c.setDeploymentState(repo, 1, { state: "success", description: "" }),
  updateComment: (c) => c.updateComment(repo, 1, "x"),
  setCommitStatus: (c) =>
    c.setCommitStatus(repo, answers.sha("a"), {
      state: "success",
      context: "c",
      description: "d",
    }),
};

const uncertain: Record<string, () => Answer> = {
  "a reset connection": () => connectionError("ECONNRESET"),
  "an answer that breaks off": () => new TypeError("terminated"),
  "a 500": () => refusal(500, "Server Error"),
  "a 502 page": () => new Response("<html>Unicorn</html>", { status: 502 }),
};

describe.each(Object.entries(once))("%s", (_name, call) => {
  it.each(Object.entries(uncertain))("is sent once when it ends in %s", async (_what, answer) => {
    const { client, asked } = scripted(answer);
    expect(await failureOf(call(client))).toMatchObject({ facts: { ambiguous: true } });
    expect(asked).toHaveLength(1);
  });

  it("is sent once when no answer comes in time", async () => {
    const { client, asked, clock } = scripted(() => new Promise(() => {}));
    const before = clock.now();
    expect(await failureOf(call(client))).toMatchObject({
      facts: { category: "timeout", ambiguous: true },
    });
    expect(asked).toHaveLength(1);
    expect(clock.now() - before).toBe(60_000);
  });

  it("is in doubt after a success that cannot be read", async () => {
    const { client, asked } = scripted(() => new Response("{", { status: 201 }));
    const error = await failureOf(call(client));
    // What a comment answers is not used.
    if (error !== undefined) expect(error).toMatchObject({ facts: { ambiguous: true } });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, () => Answer, number]>([
    ["a refused connection", () => connectionError("ECONNREFUSED"), 4],
    ["an unknown host", () => connectionError("ENOTFOUND"), 4],
    ["a secondary limit", () => refusal(403, "You have exceeded a secondary rate limit"), 8],
    ["a 429", () => refusal(429, "Too many requests", { "retry-after": "5" }), 8],
  ])("is repeated after %s, which proves that nothing happened", async (_what, answer, times) => {
    const { client, asked } = scripted(answer);
    expect(await failureOf(call(client))).toMatchObject({ facts: { ambiguous: false } });
    expect(asked).toHaveLength(times);
  });
});

describe.each(Object.entries(repeatable))("%s", (_name, call) => {
  it.each(Object.entries(uncertain))("is tried four times when it ends in %s", async (_what, a) => {
    const { client, asked } = scripted(a);
    expect(await failureOf(call(client))).toMatchObject({ facts: { provider: "github" } });
    expect(asked).toHaveLength(4);
  });

  it.each([
    [400, "Problems parsing JSON"],
    [401, "Bad credentials"],
    [403, "Resource not accessible by integration"],
    [409, "Conflict"],
    [422, "Validation Failed"],
  ])("is not repeated after %i", async (status, message) => {
    const { client, asked } = scripted(() => refusal(status, message));
    expect(await failureOf(call(client))).toMatchObject({ facts: { status, ambiguous: false } });
    expect(asked).toHaveLength(1);
  });
});

it("202 is no deployment, and nothing is known", async () => {
  const { client, asked } = scripted(() => json(202, { message: "Auto-merged main into x" }));
  expect(await failureOf(once.createDeployment?.(client) ?? Promise.resolve())).toMatchObject({
    facts: { category: "invalid", status: 202, ambiguous: true },
  });
  expect(asked).toHaveLength(1);
});

describe("a rate limit", () => {
  const gap = (asked: readonly Asked[], at: number) =>
    (asked[at]?.at ?? Number.NaN) - (asked[at - 1]?.at ?? Number.NaN);
  const limited = (headers: Record<string, string>, status = 403) =>
    scripted((_asked, count) =>
      count === 1
        ? refusal(status, "You have exceeded a secondary rate limit", headers)
        : json(200, answers.counted("secrets", [])),
    );

  it.each([
    ["as long as it asks", { "retry-after": "17" }, 17_000],
    ["a minute where it names no time", {}, 60_000],
  ])("is waited out %s", async (_what, headers, ms) => {
    const { client, asked } = limited(headers);
    await client.listSecrets(repo, place);
    expect(asked).toHaveLength(2);
    expect(gap(asked, 1)).toBeGreaterThanOrEqual(ms);
    expect(gap(asked, 1)).toBeLessThanOrEqual(ms + 1_500);
  });

  it("that ends soon is waited out to its reset", async () => {
    const start = Date.UTC(2026, 10, 24, 12) / 1000;
    const { client, asked } = limited({
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(start + 40),
    });
    await client.listSecrets(repo, place);
    expect(gap(asked, 1)).toBeGreaterThanOrEqual(40_000);
  });

  it("holds up every call of the same token, and none of the other", async () => {
    const { client, asked } = scripted((call, count) => {
      if (count === 1) return refusal(429, "slow", { "retry-after": "30" });
      return json(200, call.line.endsWith("/secrets") ? { secrets: [] } : []);
    });
    const first = client.listSecrets(repo, place);
    await client.listComments(repo, 1);
    const before = asked.length;
    await Promise.all([first, client.listSecrets(repo, place), client.listComments(repo, 2)]);
    const later = asked.slice(before).filter(({ line }) => line.endsWith("/secrets"));
    expect(before).toBe(2);
    expect(later).toHaveLength(2);
    for (const call of later) expect(call.at - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(30_000);
    const other = asked.slice(before).find(({ line }) => line.includes("/issues/2/"));
    expect((other?.at ?? 0) - (asked[0]?.at ?? 0)).toBeLessThan(1_000);
  });

  it("of an hour is not waited for, and the next calls are not sent", async () => {
    const start = Date.UTC(2026, 10, 24, 12) / 1000;
    const used = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(start + 1_800) };
    const { client, asked, clock } = scripted((_asked, count) =>
      count === 1 ? refusal(403, "API rate limit exceeded", used) : refusal(401, "Bad credentials"),
    );
    expect(await failureOf(client.repository(repo))).toMatchObject({
      facts: { category: "throttled", retryAfterMs: 1_801_000 },
    });
    expect(await failureOf(client.repository(repo))).toMatchObject({
      facts: { category: "throttled", ambiguous: false },
      message: expect.stringContaining("SILO_SECRETS_TOKEN is used up for 31 more minutes"),
    });
    expect(asked).toHaveLength(1);
    clock.advance(1_801_000);
    await failureOf(client.repository(repo));
    expect(asked).toHaveLength(2);
  });
});
