/** Lists read to their end, and the pace of calls. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import * as answers from "./answers.ts";
import { empty, failureOf, type Handler, json, repo, scripted } from "./scripted.ts";

const next = { link: '<https://elsewhere.test/?page=9>; rel="next", <https://x.test>; rel="last"' };
const last = { link: '<https://elsewhere.test/?page=1>; rel="first"' };
const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => answers.comment(from + at, `c${from + at}`));

describe("a list", () => {
  it("is read page by page to its end, on the same server", async () => {
    const { client, asked, violations } = scripted((_asked, count) =>
      count < 3 ? json(200, range(count * 100, 100), next) : json(200, range(300, 3), last),
    );
    const comments = await client.listComments(repo, 7);
    expect(comments).toHaveLength(203);
    expect(asked.map(({ url }) => url.origin + url.search)).toEqual([
      "https://api.github.com?page=1&per_page=100",
      "https://api.github.com?page=2&per_page=100",
      "https://api.github.com?page=3&per_page=100",
    ]);
    expect(violations()).toEqual([]);
  });

  it("goes on after a full page without a Link header", async () => {
    const { client, asked } = scripted((_asked, count) =>
      json(200, count === 1 ? range(0, 100) : []),
    );
    expect(await client.listComments(repo, 7)).toHaveLength(100);
    expect(asked).toHaveLength(2);
  });

  it("ends at a page that is not full, and gives what moved only once", async () => {
    const { client, asked } = scripted((_asked, count) =>
      json(200, count === 1 ? range(0, 100) : range(99, 2)),
    );
    expect(await client.listComments(repo, 7)).toHaveLength(101);
    expect(asked).toHaveLength(2);
  });

  it("without an end is given up", async () => {
    const { client, asked } = scripted(() => json(200, [answers.comment(1, "x")], next));
    expect(await failureOf(client.listComments(repo, 7))).toMatchObject({
      facts: { category: "invalid" },
      message: expect.stringContaining("more than 100 pages"),
    });
    expect(asked).toHaveLength(100);
  });

  it("of comments knows those of accounts that are gone", async () => {
    const times = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z" };
    const { client } = scripted(() =>
      json(200, [
        { id: 1, body: "x", user: null, ...times },
        { id: 2, user: { login: "a", id: 7, type: "User" }, ...times },
      ]),
    );
    expect(await client.listComments(repo, 7)).toMatchObject([
      { id: 1, body: "x", author: "ghost", isByPerson: false },
      { id: 2, body: "", author: "a", authorId: 7, isByPerson: true },
    ]);
  });
});

it.each([
  ["the latest", [status(1, "success", 1), status(3, "inactive", 3), status(2, "failure", 2)]],
  ["the last made of one second", [status(9, "inactive", 1), status(8, "success", 1)]],
])("the state of a deployment is %s", async (_which, statuses) => {
  const { client } = scripted(() => json(200, statuses));
  expect(await client.getDeploymentState(repo, 4)).toBe("inactive");
});

it("a deployment without a status has no state", async () => {
  const { client } = scripted(() => json(200, []));
  expect(await client.getDeploymentState(repo, 4)).toBeUndefined();
});

function status(id: number, state: string, second: number) {
  return { id, state, created_at: `2026-11-24T12:00:0${second}Z` };
}

describe("the pace", () => {
  const place = { kind: "repository" } as const;
  const key = answers.publicKey("1", new Uint8Array(32).fill(9));
  const answer: Handler = ({ method, line }) => {
    if (line.endsWith("public-key")) return json(200, key);
    return method === "GET" ? json(200, []) : empty();
  };

  it("of writes is one a second, one at a time", async () => {
    let under = 0;
    let most = 0;
    const { client, asked, clock } = scripted(async (call) => {
      if (call.method === "PUT") {
        most = Math.max(most, ++under);
        await clock.sleep(300);
        under--;
      }
      return answer(call, 0);
    });
    const names = ["A", "B", "C", "D"];
    await Promise.all(names.map((name) => client.putSecret(repo, place, name, new Secret("v"))));
    const times = asked.filter(({ method }) => method === "PUT").map(({ at }) => at);
    expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 1_000, 2_000, 3_000]);
    expect(most).toBe(1);
  });

  it("of comments is one in three seconds, and does not hold up other writes", async () => {
    const { client, asked } = scripted(answer);
    await Promise.all([
      client.createComment(repo, 1, "a"),
      client.createComment(repo, 1, "b"),
      client.updateComment(repo, 9, "c"),
    ]);
    const times = (wanted: string) =>
      asked.filter(({ method }) => method === wanted).map(({ at }) => at - (asked[0]?.at ?? 0));
    const [first = Number.NaN, second = Number.NaN] = times("POST");
    expect(second - first).toBe(3_000);
    expect(times("PATCH")[0]).toBeLessThanOrEqual(1_000);
  });

  it("of content stays within 500 in an hour, whatever is asked for", async () => {
    const { client, asked } = scripted(() => json(201, {}));
    const state = { state: "success", description: "" } as const;
    const calls = Array.from({ length: 620 }, (_, at) =>
      client.setDeploymentState(repo, at, state),
    );
    await Promise.all(calls);
    const times = asked.map(({ at }) => at);
    const inAnHour = times.map((from) => times.filter((at) => at >= from && at < from + 3_600_000));
    expect(Math.max(...inAnHour.map((list) => list.length))).toBeLessThanOrEqual(500);
    const minute = times.map((from) => times.filter((at) => at >= from && at < from + 60_000));
    expect(Math.max(...minute.map((list) => list.length))).toBeLessThanOrEqual(80);
  });

  it("lets ten read at once", async () => {
    let under = 0;
    let most = 0;
    const { client, clock } = scripted(async (call) => {
      most = Math.max(most, ++under);
      await clock.sleep(1_000);
      under--;
      return answer(call, 0);
    });
    await Promise.all(Array.from({ length: 40 }, (_, at) => client.listComments(repo, at)));
    expect(most).toBe(10);
  });
});
