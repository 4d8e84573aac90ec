/** Who is told what of a silo: once, to an address that nobody sees, and at no run's expense. */

import { beforeAll, describe, expect, test } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { specText } from "../support/spec-text.ts";
import { type IdleCloud, idleCloud, type RunningSilo, usableSilo } from "./idle-cloud.ts";
import { expectWhole } from "./stacks.ts";

const file = "silos/acme-erp.yml";
const hook = "https://hooks.test/secret-path";
const slack = "https://slack.test/other-secret";
const config = [
  "notify:",
  "  webhook_secret: SILO_NOTIFY_WEBHOOK",
  "  slack_secret: SILO_NOTIFY_SLACK",
  "  events: [stop, expiry, degraded, budget, failed]",
  "",
].join("\n");
const owned = (devenv = "  auto_stop_minutes: 30") =>
  `owner: "@somtech/acme"\n${specText({ devenv })}`;
let saved: RunningSilo;

beforeAll(async () => {
  saved = await usableSilo();
});

interface Told extends IdleCloud {
  readonly told: { readonly url: string; readonly body: Record<string, unknown> }[];
  texts(): unknown[];
}

async function toldCloud(
  text: string,
  {
    answer = async () => new Response("", { status: 200 }),
    webhook = hook,
    wrap = (fetch: Fetch) => fetch,
  } = {},
): Promise<Told> {
  const told: Told["told"] = [];
  const notices: Fetch = async (input, init) => {
    told.push({ url: String(input), body: JSON.parse(String(init?.body)) });
    return answer();
  };
  const cloud = await idleCloud(saved, {
    notices,
    wrap,
    files: { [file]: text, "silo.config.yml": config },
    environment: { SILO_NOTIFY_WEBHOOK: webhook, SILO_NOTIFY_SLACK: slack },
  });
  const texts = () => told.filter(({ url }) => url === hook).map(({ body }) => body.text);
  return { ...cloud, told, texts };
}

describe("a stop", () => {
  test("is told before, once, and when it was done; with its owner", async () => {
    const cloud = await toldCloud(owned());
    await cloud.later(10);
    await cloud.run("auto-stop");
    expect(cloud.told).toEqual([]);
    await cloud.later(15);
    await cloud.run("auto-stop");
    await cloud.later(1);
    await cloud.run("auto-stop");
    const before = [
      expect.stringMatching(
        /^is to be stopped in \d+ min unless it is used; `silo hold acme-erp 2h` keeps it awake$/,
      ),
    ];
    expect(cloud.texts()).toEqual(before);
    expect(cloud.told.find(({ url }) => url === hook)?.body).toMatchObject({
      version: 1,
      event: "stop",
      silo: "acme-erp",
      silo_id: "acme-erp-silo-001",
      owner: "@somtech/acme",
      run_url: null,
    });
    expect(cloud.told.find(({ url }) => url === slack)?.body).toEqual({
      text: expect.stringMatching(/^acme-erp is to be stopped .* \(@somtech\/acme\)$/),
    });
    await cloud.later(20);
    const tick = await cloud.run("auto-stop");
    expect(tick.stdout).toContain("acme-erp  stopped");
    expect(cloud.texts()).toEqual([
      ...before,
      expect.stringMatching(/^was stopped: idle for \d+ min$/),
    ]);
    await cloud.run("auto-stop");
    expect(cloud.texts()).toHaveLength(2);
  });

  test("of a dry run is told to nobody", async () => {
    const cloud = await toldCloud(owned());
    await cloud.later(25);
    await cloud.run("auto-stop --dry-run");
    expect(cloud.told).toEqual([]);
  });
});

test("an end is told once before, and when it has come", async () => {
  const cloud = await toldCloud(owned("  auto_stop_minutes: 0\n  expires_at: 2026-11-26"));
  for (let tick = 0; tick < 3; tick++) await cloud.run("auto-stop");
  expect(cloud.texts()).toEqual([expect.stringContaining("expires on 2026-11-26, in 3 days")]);
  await cloud.later(3 * 24 * 60);
  await cloud.run("auto-stop");
  await cloud.run("auto-stop");
  expect(cloud.texts().slice(1)).toEqual(["was stopped: expired on 2026-11-26"]);
});

test("a run that failed is told, with the step", async () => {
  const cloud = await toldCloud(owned(), {
    wrap: (fetch) => (input, init) =>
      String(input).endsWith("/stop")
        ? Promise.resolve(new Response('{"error":"no"}', { status: 422 }))
        : fetch(input, init),
  });
  expect((await cloud.run("stop acme-erp")).exitCode).toBe(1);
  expect(cloud.texts()).toEqual([
    expect.stringMatching(/^stop failed: Stop devenv-acme-erp-\w+: /),
  ]);
});

describe("nobody is told, and the run goes on", () => {
  test.each<[string, Parameters<typeof toldCloud>[1], string]>([
    [
      "an answer that is none",
      { answer: async () => new Response("", { status: 500 }) },
      "it answered 500",
    ],
    ["a redirect", { answer: async () => new Response("", { status: 302 }) }, "it answered 302"],
    [
      "silence",
      { answer: () => new Promise<Response>(() => undefined) },
      "it did not answer in time",
    ],
    [
      "a connection that fails",
      { answer: () => Promise.reject(new TypeError(hook)) },
      "it cannot be reached",
    ],
    ["another scheme", { webhook: "http://hooks.test/secret-path" }, "is no https address"],
    ["no value", { webhook: "" }, "SILO_NOTIFY_WEBHOOK is not set"],
  ])("after %s", async (_, how, why) => {
    const cloud = await toldCloud(owned(), how);
    const run = await cloud.run("stop acme-erp");
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stderr).toContain("warning: nobody was told by SILO_NOTIFY_WEBHOOK of acme-erp");
    expect(run.stderr).toContain(why);
    expect(run.stdout + run.stderr).not.toMatch(/secret-path|other-secret/);
    await expectWhole(cloud, { state: "stopped" });
  });
});
