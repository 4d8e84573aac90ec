/** The image trusts its loopback: doctor proves that the proxy is not taken for it. */

import { afterAll, describe, expect, test } from "vitest";
import { createPostgresHost } from "#emulators/postgres/host.ts";
import { aSoundCloud, diagnose } from "../scenarios/doctor.ts";
import type { CloudOptions } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const real: CloudOptions["postgres"] = (clock) => {
  const whileRealWork = <T>(work: Promise<T>) => clock.whileRealWork(work);
  const host = createPostgresHost({ whileRealWork });
  closing.push(() => host.close());
  return host;
};

const appOf = (app: string, services = "") => ({
  [`silos/acme-${app}.yml`]: specText({ app, services }),
});

describe.each<[string, Partial<CloudOptions>]>([
  ["a model of Postgres", {}],
  ["a real PostgreSQL", { postgres: real }],
])("%s", (_what, more) => {
  test("refuses a wrong password from outside", async () => {
    const cloud = aSoundCloud(more);
    await cloud.run("apply");
    const { of } = await diagnose(cloud);
    expect(of("postgres-loopback")).toEqual([
      "ok acme-erp: devenv-acme-erp-pg.fly.dev:5432 refuses a wrong password from outside",
    ]);
    await cloud.fly.close();
  });

  test("that takes the proxy for its loopback is found, and nothing may go on", async () => {
    const cloud = aSoundCloud({ ...more, files: appOf("fault-loopback") });
    await cloud.run("apply");
    const { of, exitCode, findings } = await diagnose(cloud);
    expect(of("postgres-loopback")).toEqual([
      expect.stringMatching(/^failed .* lets anybody in as superuser/),
    ]);
    const [{ fix } = {}] = findings.filter(({ check }) => check === "postgres-loopback");
    expect(fix).toContain("postgres: { public: false }");
    expect(exitCode).toBe(4);
    await cloud.fly.close();
  });
});

test("what does not run, or is not public, is not claimed to be proven", async () => {
  const cloud = aSoundCloud();
  const before = await diagnose(cloud);
  expect(before.of("postgres-loopback")).toEqual([expect.stringMatching(/^unknown acme-erp:/)]);
  const inside = aSoundCloud({ files: appOf("erp", "    postgres: { public: false }") });
  expect((await diagnose(inside)).of("postgres-loopback")).toEqual([]);
});
