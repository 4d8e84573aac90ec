import { describe, expect, it } from "vitest";
import { createNetlifyClient } from "#clients/netlify/client.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { ApiError, Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import { connectionError, failureOf, inTurn, json } from "../scripted-fetch.ts";
import { refused, scriptedNetlify, site, token } from "./scripted-netlify.ts";

const empty = () => json(200, []);
const limits = (remaining: number, resetMs: number) => ({
  "x-ratelimit-limit": "500",
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(Math.ceil(resetMs / 1_000)),
});

it("sends the token to the address it was given and reports calls without their query", async () => {
  const seen: unknown[] = [];
  const { client, asked } = scriptedNetlify(empty, {
    baseUrl: "https://netlify.test/api/v1/",
    onCall: (call) => seen.push(call),
  });
  await client.findSite("a site");
  expect(asked[0]?.url.href).toMatch(/^https:\/\/netlify\.test\/api\/v1\/sites\?name=a\+site/);
  expect(asked[0]?.headers.get("authorization")).toBe(`Bearer ${token}`);
  expect(seen).toEqual([{ method: "GET", path: "/api/v1/sites", status: 200, ms: 0 }]);
});

it("asks Netlify itself without an address", async () => {
  const { client, asked } = scriptedNetlify(empty);
  await client.findSite("x");
  expect(asked[0]?.url.origin).toBe("https://api.netlify.com");
});

it.each(["", "two words", "line\nbreak"])("refuses the token %j before it is sent", (text) => {
  const clock = new VirtualClock();
  const make = () =>
    createNetlifyClient({ fetch: async () => empty(), clock, token: new Secret(text) });
  expect(make).toThrow(Refused);
});

describe("the rate limit", () => {
  it("waits for the reset when nothing remains, by the server's clock", async () => {
    const { client, asked, clock } = scriptedNetlify((_call, count) => {
      const skewMs = 3_600_000;
      const served = clock.now() + skewMs;
      const headers = { date: new Date(served).toUTCString(), ...limits(0, served + 30_000) };
      return json(200, [], count === 1 ? headers : limits(499, served));
    });
    await client.findSite("x");
    await client.findSite("x");
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBe(30_000);
  });

  it("repeats what was refused, after the reset", async () => {
    const { client, asked, clock } = scriptedNetlify((_call, count) =>
      count === 1 ? refused(429, "slow", limits(0, clock.now() + 40_000)) : empty(),
    );
    expect(await client.findSite("x")).toBeUndefined();
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(40_000);
  });

  it("holds up nobody else for a refusal while calls remain", async () => {
    const { client, asked } = scriptedNetlify(({ url }, count) =>
      count === 1 && url.pathname.endsWith("/sites")
        ? refused(429, "slow", limits(400, 0))
        : empty(),
    );
    await Promise.all([client.findSite("x"), client.branchUrl(site, "prod")]);
    const other = asked.find(({ url }) => url.pathname.endsWith("/deployed-branches"));
    expect(other?.at).toBe(asked[0]?.at);
  });

  it("does not believe a reset far away", async () => {
    const { client, asked, clock } = scriptedNetlify((_call, count) =>
      count === 1 ? json(200, [], limits(0, clock.now() + 86_400_000)) : empty(),
    );
    await client.findSite("x");
    await client.findSite("x");
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeLessThan(1_000);
  });

  it("asks at most 500 times in any minute, told or not", async () => {
    const { client, asked } = scriptedNetlify(empty);
    await Promise.all(Array.from({ length: 700 }, (_, index) => client.findSite(`s-${index}`)));
    const times = asked.map(({ at }) => at);
    expect(times).toHaveLength(700);
    for (const [index, at] of times.entries()) {
      expect((times[index + 500] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(60_000);
    }
  });
});

describe("what goes wrong", () => {
  it.each([
    [400, "bad", "invalid"],
    [401, "Access Denied", "unauthorized"],
    [403, "Forbidden", "forbidden"],
    [403, "Upgrade your Netlify account to set specific scopes", "not_in_plan"],
    [422, "bad", "invalid"],
    [302, "", "unknown"],
  ])("%d %s is not repeated: %s", async (status, message, category) => {
    const { client, asked } = scriptedNetlify(() =>
      refused(status, message, { "x-nf-request-id": "01ABC" }),
    );
    const error = await failureOf(client.findSite("x"));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      facts: { provider: "netlify", category, status, requestId: "01ABC", ambiguous: false },
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["a 503", () => refused(503, "later")],
    ["a 504", () => refused(504, "later")],
    ["a broken connection", () => connectionError("ECONNRESET")],
    ["an answer that is no JSON", () => new Response("{", { status: 200 })],
  ])("is repeated for reads after %s", async (_what, trouble) => {
    const { client, asked } = scriptedNetlify(inTurn(trouble, trouble, empty));
    expect(await client.findSite("x")).toBeUndefined();
    expect(asked).toHaveLength(3);
  });

  it("ends, also when nobody answers", async () => {
    const { client, asked, clock } = scriptedNetlify(() => () => new Promise(() => {}));
    const before = clock.now();
    const error = await failureOf(client.findSite("x"));
    expect(error).toMatchObject({ facts: { category: "timeout" } });
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(clock.now() - before).toBeLessThan(3 * 60_000);
  });

  it.each([
    ["a message", () => refused(400, `token ${token} is bad`)],
    ["no JSON", () => new Response(`denied: Bearer ${token}`, { status: 400 })],
    ["a network error", () => new TypeError(`cannot send authorization: Bearer ${token}`)],
    ["an address", () => refused(400, encodeURIComponent(`?access_token=${token}`))],
  ])("never shows the token: %s", async (_what, answer) => {
    const error = await failureOf(scriptedNetlify(answer).client.findSite("x"));
    expect(error).toBeInstanceOf(ApiError);
    const { message, stack = "", cause } = error as ApiError;
    expect(`${message} ${stack} ${cause} ${JSON.stringify(error)}`).not.toContain(token);
  });

  it("says what to do about a token that is refused", async () => {
    const { client } = scriptedNetlify(() => refused(401, "Access Denied"));
    expect(String(await failureOf(client.findSite("x")))).toContain("NETLIFY_AUTH_TOKEN");
  });

  it.each([
    ["text", '"x"'],
    ["null in the list", "[null]"],
    ["an object", "{}"],
  ])("is an ApiError for an answer of another shape: %s", async (_what, text) => {
    const { client } = scriptedNetlify(() => new Response(text, { status: 200 }));
    expect(await failureOf(client.findSite("x"))).toMatchObject({ facts: { category: "invalid" } });
  });
});
