import { describe, expect, it } from "vitest";
import { aNetlify, ofBranch, site } from "./a-netlify.ts";

const key = "VITE_SUPABASE_ANON_KEY";
const aMinute = 60_000;

describe("a build", () => {
  it("makes a deploy that moves with the clock until it is ready", async () => {
    const { build, deploy, clock } = aNetlify({ latency: "netlify" });
    const id = await build("branch=prod&title=new+key");
    const seen: unknown[] = [];
    for (let second = 0; second < 60; second++) {
      const { state } = await deploy(id);
      if (seen.at(-1) !== state) seen.push(state);
      clock.advance(1_000);
    }
    expect(seen).toEqual([
      ...["new", "enqueued", "building", "preparing", "prepared"],
      ...["uploading", "uploaded", "processing", "ready"],
    ]);
    expect(await deploy(id)).toMatchObject({
      branch: "prod",
      title: "new key",
      context: "branch-deploy",
      ssl_url: `https://${site}.netlify.app`,
      deploy_ssl_url: `https://prod--${site}.netlify.app`,
    });
  });

  it("is listed newest first, as are the deploys, which alone know the title", async () => {
    const { call, siteId, build } = aNetlify();
    const first = await build("branch=prod&title=one");
    const second = await build("branch=dev&title=two");
    const id = await siteId();
    const builds = await call<{ deploy_id: string; done: boolean }[]>("GET", `/sites/${id}/builds`);
    expect(builds.body.map((row) => [row.deploy_id, row.done])).toEqual([
      [second, true],
      [first, true],
    ]);
    const deploys = await call<{ title: string }[]>("GET", `/sites/${id}/deploys?branch=prod`);
    expect(deploys.body.map(({ title }) => title)).toEqual(["one"]);
  });

  it.each([
    ["fault-build-error", 1, "non-zero exit code"],
    ["fault-build-timeout", 16, "maximum allowed runtime"],
  ])("of a branch called %s fails and leaves what was published", async (branch, minutes, text) => {
    const { build, deploy, clock, call, siteId } = aNetlify({ latency: "netlify" });
    const id = await build(`branch=${branch}`);
    clock.advance(10_000);
    expect((await deploy(id)).state).toBe("building");
    clock.advance(minutes * aMinute);
    expect(await deploy(id)).toMatchObject({
      state: "error",
      error_message: expect.stringContaining(text),
    });
    const branches = await call("GET", `/sites/${await siteId()}/deployed-branches`);
    expect(branches.body).toEqual([]);
  });

  it("waits for the one before it on the free plan only", async () => {
    for (const [plan, state] of [
      ["free", "enqueued"],
      ["pro", "building"],
    ] as const) {
      const { build, deploy, clock } = aNetlify({
        latency: "netlify",
        teams: [{ slug: "acme", plan, sites: [{ name: site }] }],
      });
      await build("branch=one");
      const second = await build("branch=two");
      clock.advance(5_000);
      expect((await deploy(second)).state).toBe(state);
    }
  });

  it("can be refused", async () => {
    const { call, siteId } = aNetlify();
    const path = `/sites/${await siteId()}/builds?branch=fault-build-refused`;
    expect((await call("POST", path)).status).toBe(422);
  });
});

describe("what a build sees of the variables", () => {
  it("is what they were when it began", async () => {
    const { call, env, build, emulator, clock } = aNetlify({ latency: "netlify" });
    await call("POST", await env(), [{ key, values: [ofBranch("old")] }]);
    await build();
    clock.advance(500);
    await call("PATCH", await env(`/${key}`), ofBranch("in time"));
    clock.advance(10_000);
    await call("PATCH", await env(`/${key}`), ofBranch("too late"));
    clock.advance(aMinute);
    expect(emulator.control.builtWith(site, "prod")).toEqual({ [key]: "in time" });
    await build();
    expect(emulator.control.builtWith(site, "prod")).toEqual({ [key]: "in time" });
    clock.advance(aMinute);
    expect(emulator.control.builtWith(site, "prod")).toEqual({ [key]: "too late" });
  });

  it.each([
    ["prod", "of prod"],
    ["dev", "of branches"],
    ["main", "live"],
  ])("on branch %s is the closest context: %s", async (branch, value) => {
    const { call, env, build, emulator } = aNetlify();
    const values = [
      { context: "all", value: "any" },
      { context: "production", value: "live" },
      { context: "branch-deploy", value: "of branches" },
      ofBranch("of prod"),
      ofBranch("of main", "main"),
    ];
    await call("POST", await env(), [{ key, values }]);
    await build(`branch=${branch}`);
    expect(emulator.control.builtWith(site, branch)).toEqual({ [key]: value });
  });

  it("has the team's variables where the site has none of that name", async () => {
    const { call, env, build, emulator } = aNetlify();
    const all = (name: string, value: string) => ({
      key: name,
      values: [{ context: "all", value }],
    });
    await call("POST", "/accounts/acme/env", [all("A", "team"), all("B", "team")]);
    await call("POST", await env(), [all("A", "site")]);
    await build();
    expect(emulator.control.builtWith(site, "prod")).toEqual({ A: "site", B: "team" });
  });
});

describe("a deployed branch", () => {
  it("has an address once it is ready, short enough for a name", async () => {
    const { build, call, siteId } = aNetlify();
    const branch = `Feature/${"long".repeat(20)}`;
    await build(`branch=${encodeURIComponent(branch)}`);
    const path = `/sites/${await siteId()}/deployed-branches`;
    const { body } = await call<{ name: string; ssl_url: string }[]>("GET", path);
    const [found] = body;
    expect(found?.name).toBe(branch);
    const label = new URL(found?.ssl_url ?? "").hostname.split(".")[0] ?? "";
    expect(label).toMatch(new RegExp(`^feature-long.*--${site}$`));
    expect(label.length).toBeLessThanOrEqual(63);
  });

  it("answers with what it was built with", async () => {
    const { call, env, build, emulator } = aNetlify();
    await call("POST", await env(), [{ key, values: [ofBranch("one")] }]);
    await build();
    const shown = await emulator.proxy(`https://prod--${site}.netlify.app/`);
    expect(await shown.json()).toMatchObject({ branch: "prod", environment: { [key]: "one" } });
    const other = await emulator.proxy("http://127.0.0.1:8080/", {
      headers: { host: `prod--${site}.netlify.app.localhost:8080` },
    });
    expect(other.status).toBe(200);
    expect((await emulator.proxy(`https://${site}.netlify.app/`)).status).toBe(404);
  });
});
