/** What nobody uses is stopped, once, and it says why. */

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  type IdleCloud,
  idleCloud,
  minute,
  type RunningSilo,
  rest,
  usableSilo,
} from "./idle-cloud.ts";
import { expectWhole } from "./stacks.ts";

let saved: RunningSilo;
let cloud: IdleCloud;

beforeAll(async () => {
  saved = await usableSilo();
});
beforeEach(async () => {
  cloud = await idleCloud(saved);
});

describe("a silo that nobody uses is stopped", () => {
  test("with bots at its door, without a master key, and it says why", async () => {
    for (let at = 0; at < 40; at++) {
      await cloud.later(1);
      expect((await cloud.fly.proxy(rest)).status).toBe(401);
      await cloud.fly.proxy("https://devenv-acme-erp-kong.fly.dev/wp-login.php");
      await cloud.fly.proxy("http://devenv-acme-erp-studio.fly.dev/");
    }
    const tick = await cloud.run("auto-stop");
    expect(tick, tick.stderr).toMatchObject({ exitCode: 0 });
    expect(tick.stdout).toContain("acme-erp  stopped");
    await expectWhole(cloud, { state: "stopped" });
    const why = await cloud.run("why acme-erp");
    expect(why.stdout).toMatch(/is stopped since .* \(auto-stop: idle for \d+ min\)/);
    const status = JSON.parse(cloud.files.content.get("silos/status/acme-erp.json") ?? "");
    expect(status).toMatchObject({
      overall_status: "stopped",
      power: { desired: "stopped", by: "auto-stop" },
      idle: { decision: "stop" },
    });
    expect(status.idle.evidence.join("\n")).toMatch(/3 of \d+ answers in 90 min count as use/);
  });

  test("an apply of the unchanged spec does not wake it", async () => {
    await cloud.later(40);
    await cloud.run("auto-stop");
    expect((await cloud.run("apply acme-erp")).stdout).toContain("nothing to do");
    await expectWhole(cloud, { state: "stopped" });
  });

  test("a dry run writes nothing, and says minutes and dollars", async () => {
    await cloud.later(40);
    const dry = await cloud.run("auto-stop --dry-run");
    expect(dry).toMatchObject({ exitCode: 0, stderr: "" });
    expect(dry.writes.filter(({ action }) => action !== "machine.exec")).toEqual([]);
    await cloud.connect("psql");
    const seen = await cloud.run("auto-stop --dry-run");
    expect(seen.stdout).toContain("Nothing would be stopped");
    expect(seen.writes.filter(({ action }) => action !== "machine.exec")).toEqual([]);
    expect(dry.stdout).toMatch(/Would stop 1 silo, idle for 4\d min in all; .* saves \$0\.0\d/);
    await expectWhole(cloud);
  });

  test("a late tick stops it later, and nothing else", async () => {
    await cloud.later(7 * 60);
    expect((await cloud.run("auto-stop")).stdout).toContain("acme-erp  stopped");
  });

  test("a stop that died is taken to its end by the next tick", async () => {
    await cloud.later(40);
    const killed = new AbortController();
    cloud = await idleCloud(
      { ...saved, state: cloud.fly.save() },
      {
        wrap: (fetch) => async (input, init) => {
          if (killed.signal.aborted) throw new TypeError("fetch failed");
          if (String(input).endsWith("/stop")) killed.abort(new Error("killed"));
          return fetch(input, init);
        },
      },
    );
    const dead = await cloud.run("auto-stop", { signal: killed.signal });
    expect(dead.exitCode).not.toBe(0);
    const next = await idleCloud({ ...saved, state: cloud.fly.save() });
    const tick = await next.run("auto-stop");
    expect(tick, tick.stderr).toMatchObject({ exitCode: 0 });
    expect(tick.stdout).toContain("acme-erp  stopped");
    await expectWhole(next, { state: "stopped" });
    expect((await next.run("why acme-erp")).stdout).toMatch(/\(auto-stop: idle for/);
  });

  test("two ticks at once stop it once", async () => {
    await cloud.later(40);
    const ticks = await Promise.all([cloud.run("auto-stop"), cloud.run("auto-stop")]);
    expect(ticks.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const stops = ticks.flatMap(({ writes }) => writes.filter((w) => w.action === "machine.stop"));
    expect(stops).toHaveLength(6);
  });
});

test("metrics cost as many calls for many silos as for one", async () => {
  const clients = ["acme", "beta", "gamma"];
  const files = Object.fromEntries(
    clients.map((client) => [
      `silos/${client}-erp.yml`,
      specText()
        .replaceAll("acme-erp-silo", `${client}-erp-silo`)
        .replace("client_slug: acme", `client_slug: ${client}`),
    ]),
  );
  const fleet = aCloud({ files });
  const applied = await fleet.run("apply");
  expect(applied.exitCode, applied.stdout).toBe(0);
  await fleet.clock.sleep(40 * minute);
  const run = await fleet.run("auto-stop --dry-run --format json");
  const { silos } = JSON.parse(run.stdout) as { silos: { decision: string }[] };
  expect(silos.map(({ decision }) => decision)).toEqual(["stop", "stop", "stop"]);
  expect(run.calls.filter(({ action }) => action === "metrics.query")).toHaveLength(8);
});
