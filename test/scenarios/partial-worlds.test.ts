import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import {
  expectSettled,
  expectWhole,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  stackOf,
} from "./stacks.ts";

const suffixes = ["pg", "rest", "auth", "kong", "storage", "studio"] as const;
type Suffix = (typeof suffixes)[number];

/** What is taken away of one app; a volume only with its machine, as Fly has it. */
interface Loss {
  readonly suffix: Suffix;
  readonly what: "app" | "machine" | "machine and volume" | "addresses" | "one address" | "secrets";
}

const losses: fc.Arbitrary<readonly Loss[]> = fc.uniqueArray(
  fc.record({
    suffix: fc.constantFrom(...suffixes),
    what: fc.constantFrom<Loss["what"]>(
      "app",
      "machine",
      "machine and volume",
      "addresses",
      "one address",
      "secrets",
    ),
  }),
  { minLength: 1, maxLength: 8, selector: ({ suffix, what }) => `${suffix} ${what}` },
);

/** The record as a run that died may leave it: its phase open, some keys not written yet. */
const unfinished: fc.Arbitrary<Readonly<Record<string, string | null>>> = fc
  .record({
    phase: fc.constantFrom("provisioning", "stopping"),
    lacks: fc.subarray([keys.firstHealthyAt, keys.startedAt, keys.startSeconds, keys.check]),
    isPending: fc.boolean(),
  })
  .map(({ phase, lacks, isPending }) => ({
    [keys.phase]: phase,
    ...Object.fromEntries(lacks.map((key) => [key, null])),
    ...(isPending && { [keys.specDigest]: "pending", [keys.secretsDigest]: "pending" }),
  }));

let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

test("whatever is missing is made again by one apply, and nothing twice", async () => {
  await fc.assert(
    fc.asyncProperty(losses, unfinished, async (lost, patch) => {
      const cloud = await resumeCloud(running);
      await patchKong(cloud, patch);
      for (const loss of lost) await take(cloud, loss);
      const left = await stackOf(cloud);
      const run = await cloud.run("apply acme-erp");
      if (left.machines.length === 0 && left.volumes.length > 0) {
        // With which keys that data was made, nothing says any more.
        expect(run.exitCode).toBe(4);
        expect(run.stdout).toContain("nothing tells which keys its data was made with");
        return;
      }
      expect(run.exitCode, run.stdout).toBe(0);
      await expectWhole(cloud);
      await expectSettled(cloud);
      // What was there is still there.
      const { machines, volumes } = await stackOf(cloud);
      const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
      expect(idsOf(machines)).toEqual(expect.arrayContaining(idsOf(left.machines)));
      expect(idsOf(volumes)).toEqual(expect.arrayContaining(idsOf(left.volumes)));
      expect(cloud.violations()).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("a stopped silo that lost machines is whole again and still stopped", async () => {
  await fc.assert(
    fc.asyncProperty(losses, async (lost) => {
      const cloud = await resumeCloud(running);
      expect(await cloud.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
      await patchKong(cloud, { [keys.phase]: "stopping" });
      for (const loss of lost) await take(cloud, loss);
      const left = await stackOf(cloud);
      // A silo of which nothing is left is made anew.
      fc.pre(left.machines.length > 0);
      const run = await cloud.run("apply acme-erp");
      expect(run.exitCode, run.stdout).toBe(0);
      await expectWhole(cloud, { state: "stopped" });
      await expectSettled(cloud);
    }),
    { numRuns: 20 },
  );
});

async function patchKong(cloud: Cloud, metadata: Readonly<Record<string, string | null>>) {
  const { machines } = await stackOf(cloud);
  const kong = machines.find(({ name }) => name === "kong-yyz");
  await call(cloud, "PATCH", `/apps/${kong?.app}/machines/${kong?.id}/metadata`, { metadata });
}

async function take(cloud: Cloud, { suffix, what }: Loss): Promise<void> {
  const name = `devenv-acme-erp-${suffix}`;
  const stack = await stackOf(cloud);
  const app = stack.apps.find((one) => one.name === name);
  if (!app) return;
  if (what === "app") await call(cloud, "DELETE", `/apps/${name}?force=true`);
  if (what === "secrets") {
    const values = Object.fromEntries(Object.keys(app.secrets).map((key) => [key, null]));
    await call(cloud, "POST", `/apps/${name}/secrets`, { values });
  }
  if (what.endsWith("address") || what === "addresses") {
    for (const { ip } of what === "addresses" ? app.ips : app.ips.slice(-1)) {
      await call(cloud, "DELETE", `/apps/${name}/ip_assignments/${ip}`);
    }
  }
  if (what.startsWith("machine")) {
    for (const { id } of stack.machines.filter((one) => one.app === name)) {
      await call(cloud, "DELETE", `/apps/${name}/machines/${id}?force=true`);
    }
  }
  if (what.endsWith("volume")) {
    for (const { id } of stack.volumes.filter((one) => one.app === name)) {
      await call(cloud, "DELETE", `/apps/${name}/volumes/${id}`);
    }
  }
}

async function call(cloud: Cloud, method: string, path: string, body?: unknown): Promise<void> {
  const response = await cloud.fly.fetch(`http://fly.local/v1${path}`, {
    method,
    headers: { authorization: "Bearer any" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.status, `${method} ${path}: ${await response.text()}`).toBeLessThan(300);
  await cloud.clock.sleep(1_000);
}
