import { describe, expect, it } from "vitest";
import { apikey, withKong } from "./a-kong.ts";

describe("Kong's routes", () => {
  it.each([
    ["/auth/v1/verify?token=1", "http://echo.flycast:9999/verify?token=1"],
    ["/auth/v1/verify/more", "http://echo.flycast:9999/verify/more"],
    ["/whole/a/b", "http://echo.flycast:9999/whole/a/b"],
  ])("sends %s to %s", async (path, url) => {
    const { ask, seen } = await withKong();
    expect((await ask(path)).status).toBe(200);
    expect(seen[0]?.url).toBe(url);
  });

  it.each([
    ["/auth/v1/health", "anon-key", "http://echo.flycast:9999/health"],
    ["/auth/v1/", "anon-key", "http://echo.flycast:9999/"],
    ["/pg/query", "service-key", "http://echo.flycast:9999/base/query"],
  ])("sends %s with a key to its upstream", async (path, key, url) => {
    const { ask, seen } = await withKong();
    expect((await ask(path, apikey(key))).status).toBe(200);
    expect(seen[0]?.url).toBe(url);
    expect(seen[0]?.headers.get("x-forwarded-prefix")).toBe(
      path.startsWith("/pg/") ? "/pg/" : "/auth/v1/",
    );
  });

  it("says so when no route matches", async () => {
    const { ask } = await withKong();
    const answer = await ask("/nowhere");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: "no Route matched with those values" });
  });

  it("cannot resolve private names when it never asks for AAAA records", async () => {
    const { ask } = await withKong({ env: { KONG_DNS_ORDER: "LAST,A,CNAME" } });
    const answer = await ask("/whole");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ message: "name resolution failed" });
    expect(
      (await (await withKong({ env: { KONG_DNS_ORDER: undefined } })).ask("/whole")).status,
    ).toBe(503);
  });

  it("answers 502 for an upstream that is down", async () => {
    const { ask, stop, echo } = await withKong();
    await stop(echo);
    const answer = await ask("/whole");
    expect(answer.status).toBe(502);
    expect(await answer.json()).toEqual({
      message: "An invalid response was received from the upstream server",
    });
  });
});

describe("Kong's plugins", () => {
  it("asks for a key, knows the keys, and keeps consumers to their groups", async () => {
    const { ask } = await withKong();
    const read = async (path: string, init?: RequestInit) => {
      const answer = await ask(path, init);
      return [answer.status, answer.status === 200 ? "" : messageOf(await answer.json())];
    };
    expect(await read("/auth/v1/x")).toEqual([401, "No API key found in request"]);
    expect(await read("/auth/v1/x", apikey("other"))).toEqual([
      401,
      "Invalid authentication credentials",
    ]);
    expect(await read("/auth/v1/x?apikey=anon-key")).toEqual([200, ""]);
    expect(await read("/pg/x", apikey("anon-key"))).toEqual([
      403,
      "You cannot consume this service",
    ]);
    expect(await read("/pg/x", apikey("service-key"))).toEqual([200, ""]);
  });

  it("hides the key from the upstream only where told", async () => {
    const { ask, seen } = await withKong();
    await ask("/auth/v1/x", apikey("anon-key"));
    await ask("/pg/x?apikey=service-key&a=1");
    expect(seen[0]?.headers.get("apikey")).toBe("anon-key");
    expect(seen[1]?.url).toBe("http://echo.flycast:9999/base/x?a=1");
    expect(seen[1]?.headers.get("x-consumer-groups")).toBe("admin");
  });

  it("answers a preflight before it asks for a key", async () => {
    const { ask, seen } = await withKong();
    const headers = { origin: "https://app.example", "access-control-request-method": "POST" };
    const answer = await ask("/auth/v1/token", { method: "OPTIONS", headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(seen).toEqual([]);
    expect((await ask("/auth/v1/token")).headers.get("access-control-allow-origin")).toBe("*");
  });

  it("derives the authorization from the key when there is none", async () => {
    const { ask, seen } = await withKong();
    await ask("/rest/v1/todos", apikey("anon-key", { "x-secret": "1" }));
    await ask("/rest/v1/todos", apikey("anon-key", { authorization: "Bearer mine" }));
    expect(seen[0]?.headers.get("authorization")).toBe("Bearer anon-key");
    expect(seen[0]?.headers.get("content-profile")).toBe("graphql_public");
    expect(seen[0]?.headers.has("x-secret")).toBe(false);
    expect(seen[1]?.headers.get("authorization")).toBe("Bearer mine");
  });

  it("counts requests per minute and starts again in the next", async () => {
    const { ask, clock } = await withKong();
    const from = (ip: string) => ask("/limited", { headers: { "x-forwarded-for": ip } });
    const first = await from("1.1.1.1");
    expect(first.headers.get("x-ratelimit-limit-minute")).toBe("2");
    expect(first.headers.get("x-ratelimit-remaining-minute")).toBe("1");
    expect((await from("1.1.1.1")).status).toBe(200);
    const third = await from("1.1.1.1");
    expect([third.status, await third.json()]).toEqual([
      429,
      { message: "API rate limit exceeded" },
    ]);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await from("2.2.2.2")).status).toBe(200);
    clock.advance(60_000);
    expect((await from("1.1.1.1")).status).toBe(200);
  });

  it("ends requests where told", async () => {
    const { ask } = await withKong();
    const answer = await ask("/mcp");
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { message: "Access is forbidden." },
    ]);
  });
});

const messageOf = (body: unknown): unknown =>
  typeof body === "object" && body && "message" in body ? body.message : undefined;
