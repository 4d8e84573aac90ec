import { describe, expect, it } from "vitest";
import { createNetlifyEmulator } from "#emulators/netlify/emulator.ts";
import { aNetlify, ofBranch, type Variable } from "./a-netlify.ts";

const limited = { limits: "documented" } as const;

describe("the limit of calls", () => {
  it("is told with every answer and lasts until the time that it names", async () => {
    const { call, clock } = aNetlify(limited);
    const first = await call("GET", "/sites");
    expect(first.headers.get("x-ratelimit-limit")).toBe("500");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("499");
    for (let count = 1; count < 500; count++) await call("GET", "/sites");
    const refused = await call("GET", "/sites");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("retry-after")).toBeNull();
    const other = await call("GET", "/sites", undefined, "another");
    expect(other.status).toBe(200);
    const resetMs = Number(refused.headers.get("x-ratelimit-reset")) * 1_000;
    clock.advance(resetMs - clock.now());
    expect((await call("GET", "/sites")).status).toBe(200);
  });

  it("is a second one for builds, that no header tells", async () => {
    const { call, siteId, clock } = aNetlify(limited);
    const path = `/sites/${await siteId()}/builds?branch=prod`;
    for (const _ of [1, 2, 3]) expect((await call("POST", path)).status).toBe(200);
    const refused = await call("POST", path);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(400);
    clock.advance(60_000);
    expect((await call("POST", path)).status).toBe(200);
  });
});

describe("a site whose name has a fault", () => {
  const withSite = (name: string) => aNetlify({ teams: [{ slug: "acme", sites: [{ name }] }] });
  const body = [{ key: "A", values: [ofBranch("one")] }];

  it.each([
    ["fault-503", 503],
    ["fault-429", 429],
  ])("%s fails twice for each kind of write", async (name, status) => {
    const { call, env } = withSite(name);
    const path = await env("", name);
    const seen = [];
    for (const _ of [1, 2, 3]) seen.push((await call("POST", path, body)).status);
    expect(seen).toEqual([status, status, 201]);
    expect((await call("GET", path)).status).toBe(200);
  });

  it("fault-down never takes a write", async () => {
    const { call, env } = withSite("fault-down");
    const path = await env("", "fault-down");
    for (const _ of [1, 2, 3]) expect((await call("POST", path, body)).status).toBe(503);
  });

  it("fault-lost-answer does the first creation of each kind and tells nobody", async () => {
    const name = "fault-lost-answer";
    const { call, env, siteId } = withSite(name);
    const path = await env("", name);
    await expect(call("POST", path, body)).rejects.toThrow("fetch failed");
    expect((await call<Variable[]>("GET", path)).body.map(({ key }) => key)).toEqual(["A"]);
    const builds = `/sites/${await siteId(name)}/builds`;
    await expect(call("POST", `${builds}?branch=prod`)).rejects.toThrow("fetch failed");
    expect((await call<unknown[]>("GET", builds)).body).toHaveLength(1);
  });
});

it("takes faults by rule", async () => {
  const { call } = aNetlify({
    faults: [
      { match: { path: "/api/v1/accounts", nth: 1 }, answer: { status: 502 } },
      { match: { path: "/api/v1/sites", nth: 1 }, answer: "reset" },
    ],
  });
  expect((await call("GET", "/accounts")).status).toBe(502);
  expect((await call("GET", "/accounts")).status).toBe(200);
  await expect(call("GET", "/sites")).rejects.toThrow("fetch failed");
  expect((await call("GET", "/sites")).status).toBe(200);
});

it("answers 404 to what it does not know, and 400 to what is not JSON", async () => {
  const { raw, emulator } = aNetlify();
  expect((await raw("GET", "/hooks")).status).toBe(404);
  const broken = await emulator.fetch("http://netlify.local/api/v1/accounts/acme/env", {
    method: "POST",
    headers: { authorization: "Bearer any" },
    body: "{",
  });
  expect(broken.status).toBe(400);
});

it("logs calls without their bodies", async () => {
  const { call, env, emulator } = aNetlify();
  await call("POST", await env(), [{ key: "A", values: [ofBranch("not-in-the-log")] }]);
  expect(emulator.requests.at(-1)).toMatchObject({
    method: "POST",
    status: 201,
    path: "/api/v1/accounts/acme/env",
  });
  expect(JSON.stringify(emulator.requests)).not.toContain("not-in-the-log");
});

it("goes on from what was saved, also in the middle of a build", async () => {
  const { call, env, build, emulator, clock } = aNetlify({ latency: "netlify" });
  await call("POST", await env(), [{ key: "A", values: [ofBranch("one")] }]);
  await build();
  clock.advance(5_000);
  const state = JSON.parse(JSON.stringify(emulator.save()));
  const later = createNetlifyEmulator({ clock, latency: "netlify", state });
  clock.advance(60_000);
  expect(later.control.builtWith("silo-acme-erp", "prod")).toEqual({ A: "one" });
});

it("makes the same ids from the same seed", async () => {
  const [one, two, other] = [aNetlify(), aNetlify(), aNetlify({ seed: 2 })];
  expect(await two.siteId()).toBe(await one.siteId());
  expect(await other.siteId()).not.toBe(await one.siteId());
});
