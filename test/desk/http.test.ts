/** The desk over real HTTP: who is told what, and how. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { roles } from "#silo/access.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { type ADesk, type Ask, aDesk, tokenOf, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";

const entries = [
  ...roles.map((role) => ({ name: role, role })),
  { name: "only-crm", role: "devops" as const, silos: ["acme-crm"] },
  { name: "old", role: "devops" as const, expires: "2026-11-23" },
];
const again = tokensYaml([{ name: "twice", role: "devops" }]).replace("  tokens:\n", "");
const config = `desk:\n${tokensYaml(entries)}${again}${again}`;

let cloud: Cloud;
let desk: ADesk;

beforeAll(async () => {
  cloud = aCloud({
    files: {
      "silos/acme-erp.yml": specText(),
      "silos/acme-crm.yml": specText({ app: "crm" }),
      "silo.config.yml": config,
    },
  });
  const run = await cloud.run("apply acme-erp");
  expect(run.exitCode, run.stderr).toBe(0);
  desk = await aDesk(cloud);
  // What cannot be read hides no other silo.
  cloud.files.write("silos/broken.yml", "silo_id: [\n");
}, 60_000);
afterAll(async () => desk.close());

const jsonOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

describe("who asks", () => {
  test.each([
    ["no token", {}],
    ["a token that nobody has", { headers: { authorization: `Bearer ${tokenOf("nobody")}` } }],
    ["one that has expired", { as: "old" }],
    ["one that stands there twice", { as: "twice" }],
    ["a token in the address", { path: `/v1/me?access_token=${tokenOf("devops")}` }],
    ["another scheme", { headers: { authorization: `Basic ${tokenOf("devops")}` } }],
  ])("with %s is told nothing", async (_name, given) => {
    const { path = "/v1/me", ...how }: Ask & { readonly path?: string } = given;
    cloud.clock.advance(7_000);
    const answer = await desk.ask(path, how);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
    expect(JSON.parse(desk.audit.at(-1) ?? "")).toMatchObject({ who: null, outcome: 401 });
  });

  test("who fails ten times in a minute is not looked at, with a token that is right either", async () => {
    cloud.clock.advance(120_000);
    const fails = async () => (await desk.ask("/v1/me", { as: "nobody" })).status;
    const told = [];
    for (let tried = 0; tried < 12; tried++) told.push(await fails());
    expect(told).toEqual([...Array(10).fill(401), 429, 429]);
    const limited = await desk.ask("/v1/me", { as: "devops" });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    cloud.clock.advance(60_000);
    expect((await desk.ask("/v1/me", { as: "devops" })).status).toBe(200);
  });

  test("from a page of elsewhere, or by another name, is not answered", async () => {
    const from = (headers: Record<string, string>) => desk.ask("/v1/me", { as: "devops", headers });
    expect((await from({ origin: "https://evil.example" })).status).toBe(403);
    expect((await from({ origin: "http://localhost:3000" })).status).toBe(403);
    expect((await from({ origin: "null" })).status).toBe(403);
    expect((await from({ origin: desk.url })).status).toBe(200);
    expect(await statusWithHost("evil.example")).toBe(421);
    expect(await statusWithHost(`localhost.evil.example:${new URL(desk.url).port}`)).toBe(421);
    expect(await statusWithHost(new URL(desk.url).host)).toBe(200);
  });
});

/** `fetch` sets it itself. */
async function statusWithHost(host: string): Promise<number | undefined> {
  const { request } = await import("node:http");
  const headers = { host, authorization: `Bearer ${tokenOf("devops")}` };
  return new Promise((resolve, reject) => {
    request(`${desk.url}/v1/me`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("a silo that is not the caller's", () => {
  const paths = ["/silo-status", "/app-context", "/why", "/cost"];
  test("is as unknown as one that does not exist", async () => {
    const before = cloud.fly.requests.length;
    for (const path of paths) {
      const [there, not] = await Promise.all(
        ["acme-erp", "acme-none"].map((silo) =>
          desk.ask(`${path}?silo=${silo}`, { as: "only-crm" }),
        ),
      );
      expect(there?.status).toBe(404);
      expect(await there?.text()).toBe(await not?.text());
      expect([...(there?.headers.keys() ?? [])]).toEqual([...(not?.headers.keys() ?? [])]);
    }
    // Nothing is asked of Fly for either, so that no time can tell them apart.
    expect(cloud.fly.requests.length).toBe(before);
    const body = (silo: string) => ({ as: "only-crm", body: { silo } });
    const [there, not] = await Promise.all(
      ["acme-erp", "acme-none"].map((silo) => desk.ask("/stop-silo", body(silo))),
    );
    expect([there?.status, await there?.text()]).toEqual([404, await not?.text()]);
  });

  test("is in no list, and no operation of it is shown", async () => {
    const list = (await jsonOf(await desk.ask("/v1/silos", { as: "only-crm" }))) as {
      silos: { silo: string }[];
    };
    expect(list.silos.map(({ silo }) => silo)).toEqual(["acme-crm"]);
    const id = Buffer.from(JSON.stringify(["stop", "acme-erp", 1])).toString("base64url");
    expect((await desk.ask(`/v1/operations/${id}`, { as: "only-crm" })).status).toBe(404);
    expect((await desk.ask(`/v1/operations/${id}`, { as: "devops" })).status).toBe(200);
  });
});

test("what was not meant is said, with the way out", async () => {
  const ask = async (path: string, how: Ask = {}) => {
    const answer = await desk.ask(path, { as: "devops", ...how });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    return [answer.status, (await jsonOf(answer)).fix ?? ""] as const;
  };
  expect(await ask("/silo-status")).toEqual([400, expect.stringContaining("For example acme-erp")]);
  expect(await ask("/silo-status?silo=acme-erp&silo=acme-crm")).toEqual([400, expect.anything()]);
  expect(await ask("/silo-status?silo=../etc")).toEqual([400, expect.anything()]);
  expect(await ask("/hold-silo", { body: { silo: "acme-erp", for: "a while" } })).toEqual([
    400,
    expect.stringContaining("2h"),
  ]);
  expect(await ask("/hold-silo", { body: ["acme-erp"] })).toEqual([400, ""]);
  expect(await ask("/start-silo", { body: { silo: "acme-crm" } })).toEqual([
    409,
    expect.stringContaining("apply"),
  ]);
  const form = { headers: { "content-type": "text/plain" }, body: { silo: "acme-erp" } };
  expect((await ask("/start-silo", form))[0]).toBe(415);
  expect((await ask("/start-silo", { body: { silo: "x".repeat(200_000) } }))[0]).toBe(413);
  expect((await ask("/nowhere"))[0]).toBe(404);
});

test("what has not changed is not sent again, and no secret is ever kept", async () => {
  const first = await desk.ask("/v1/silos", { as: "devops" });
  const etag = first.headers.get("etag") ?? "";
  const second = await desk.ask("/v1/silos", { as: "devops", headers: { "if-none-match": etag } });
  expect([second.status, await second.text()]).toEqual([304, ""]);
  const context = await desk.ask("/app-context?silo=acme-erp", { as: "devops" });
  expect(context.headers.get("cache-control")).toBe("no-store");
  expect(context.headers.get("etag")).toBe(null);
});

test("every request is in the audit, and no value ever is", async () => {
  const context = await desk.ask("/app-context?silo=acme-erp", { as: "devops" });
  const { connection_info } = (await context.json()) as { connection_info: Record<string, string> };
  expect(JSON.parse(desk.audit.at(-1) ?? "")).toEqual({
    at: expect.any(String),
    via: "http",
    who: "devops",
    role: "devops",
    action: "get_app_context",
    silo: "acme-erp",
    outcome: 200,
    address: "127.0.0.1",
  });
  const said = desk.audit.join("");
  for (const value of Object.values(connection_info)) {
    if (value !== "supabase") expect(said).not.toContain(value);
  }
  for (const { name } of entries) expect(said).not.toContain(tokenOf(name));
});

test("a context that was read is a use of the silo", async () => {
  await desk.ask("/app-context?silo=acme-erp", { as: "dev-worker" });
  await desk.desk.uses.settled();
  const { stdout } = await cloud.run("why acme-erp --verbose");
  expect(stdout).toContain("connection info read as");
});
