/** The client's requests and the emulator's answers, held to Netlify's document by a third reading. */

import { describe, expect, it, onTestFinished } from "vitest";
import { createNetlifyClient } from "#clients/netlify/client.ts";
import { createNetlifyEmulator, type NetlifyEmulatorOptions } from "#emulators/netlify/emulator.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import type { NetlifySite, NetlifyWrites } from "#world/netlify.ts";
import { netlifyContract } from "../support/netlify-contract.ts";
import { recordingFetch } from "../support/recording-fetch.ts";

const key = "VITE_SUPABASE_ANON_KEY";

function aNetlify(name = "acme-erp", options: Partial<NetlifyEmulatorOptions> = {}) {
  const clock = new VirtualClock();
  const sites = [{ name: `${name}-2` }, { name }];
  const emulator = createNetlifyEmulator({
    clock,
    latency: "netlify",
    teams: [{ slug: "acme", sites }],
    ...options,
  });
  const recording = recordingFetch(emulator.fetch, netlifyContract);
  onTestFinished(() => expect(recording.violations()).toEqual([]));
  const client = createNetlifyClient({
    fetch: recording.fetch,
    clock,
    token: new Secret("team:acme"),
    baseUrl: "http://netlify.test/api/v1",
  });
  return { client, emulator, clock, recording };
}

async function mustFind(client: NetlifyWrites, name: string): Promise<NetlifySite> {
  const site = await client.findSite(name);
  if (!site) throw new Error(`No site ${name}`);
  return site;
}

/** Follows a deploy to its end. */
async function ended(client: NetlifyWrites, clock: VirtualClock, site: NetlifySite, id: string) {
  for (;;) {
    const state = await client.getDeploy(site, id);
    if (state.kind !== "running") return state;
    await clock.sleep(5_000);
  }
}

describe("the Netlify client at the emulated Netlify", () => {
  it("brings a value to the frontend of its branch, and takes it away again", async () => {
    const { client, emulator, clock, recording } = aNetlify();
    const site = await mustFind(client, "acme-erp");
    expect(await client.branchUrl(site, "prod")).toBeUndefined();
    await client.putValue(site, key, "prod", "first");
    await client.putValue(site, key, "dev", "theirs");
    const first = await client.startBuild(site, "prod", "first key");
    const state = await ended(client, clock, site, first.deployId);
    expect(state).toEqual({ kind: "ready", url: "https://prod--acme-erp.netlify.app" });
    expect(await client.branchUrl(site, "prod")).toBe("https://prod--acme-erp.netlify.app");

    await client.putValue(site, key, "prod", "second");
    expect(emulator.control.builtWith("acme-erp", "prod")).toEqual({ [key]: "first" });
    const second = await client.startBuild(site, "prod", "second key");
    await ended(client, clock, site, second.deployId);
    expect(emulator.control.builtWith("acme-erp", "prod")).toEqual({ [key]: "second" });

    await client.deleteValue(site, key, "prod");
    const left = await client.listValues(site, key);
    expect(left.map(({ branch, value }) => [branch, value])).toEqual([["dev", "theirs"]]);
    await client.deleteValue(site, key, "dev");
    expect(emulator.control.variables("acme", "acme-erp")).toEqual([]);
    expect(emulator.control.variables("acme")).toEqual([]);
    expect(recording.count() > 0 || netlifyContract === undefined).toBe(true);
  });

  it("reaches the production branch's builds", async () => {
    const { client, emulator, clock } = aNetlify();
    const site = await mustFind(client, "acme-erp");
    await client.putValue(site, key, "main", "live");
    const { deployId } = await client.startBuild(site, "main", "live");
    const state = await ended(client, clock, site, deployId);
    expect(state).toEqual({ kind: "ready", url: "https://acme-erp.netlify.app" });
    expect(emulator.control.builtWith("acme-erp", "main")).toEqual({ [key]: "live" });
    await client.deleteValue(site, key, "main");
    expect(emulator.control.variables("acme", "acme-erp")).toEqual([]);
  });

  it("reports a failed build with Netlify's words", async () => {
    const { client, clock } = aNetlify();
    const site = await mustFind(client, "acme-erp");
    const { deployId } = await client.startBuild(site, "fault-build-error", "x");
    expect(await ended(client, clock, site, deployId)).toEqual({
      kind: "failed",
      message: "Build script returned non-zero exit code: 2",
    });
  });

  it.each(["fault-503", "fault-429", "fault-lost-answer"])(
    "sets one value and starts one build at a site called %s",
    async (name) => {
      const { client, emulator } = aNetlify(name);
      const site = await mustFind(client, name);
      const build = () => client.startBuild(site, "prod", "keys");
      await client.putValue(site, key, "prod", "one");
      // A 503 leaves open whether it started: it is looked for, and ordered once more.
      await build().catch(build);
      expect((await client.listValues(site, key)).map(({ value }) => value)).toEqual(["one"]);
      expect(emulator.save().deploys).toHaveLength(1);
    },
  );

  it("writes nothing the second time", async () => {
    const { client, emulator } = aNetlify();
    const site = await mustFind(client, "acme-erp");
    await client.putValue(site, key, "prod", "one");
    const before = emulator.requests.length;
    await client.putValue(site, key, "prod", "one");
    const later = emulator.requests.slice(before);
    expect(later.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("stays within the limit that Netlify has", async () => {
    const { client, emulator } = aNetlify();
    const finds = Array.from({ length: 1_200 }, () => client.findSite("acme-erp"));
    await Promise.all(finds);
    expect(emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  it("waits out a limit that others used up, and that of builds", async () => {
    const { client, emulator, clock } = aNetlify();
    const headers = { authorization: "Bearer team:acme" };
    for (let count = 0; count < 500; count++) {
      await emulator.fetch("http://netlify.test/api/v1/accounts", { headers });
    }
    const before = clock.now();
    const site = await mustFind(client, "acme-erp");
    expect(clock.now() - before).toBeGreaterThan(0);
    for (const branch of ["a", "b", "c", "d"]) await client.startBuild(site, branch, "many");
    expect(emulator.save().deploys).toHaveLength(4);
  });

  it("sees no site of another team", async () => {
    const { client } = aNetlify("acme-erp", {
      teams: [{ slug: "globex", sites: [{ name: "acme-erp" }] }],
    });
    expect(await client.findSite("acme-erp")).toBeUndefined();
  });
});
