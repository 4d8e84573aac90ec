/** When a mode of row level security is set, what a plan and a status say of it, and that it ends. */

import { beforeAll, expect, test } from "vitest";
import type { RlsMode } from "#state/rls.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { done, file, inForce, specOf } from "./rls-silos.ts";
import { expectSettled, resumeCloud, runningSilo, type SavedCloud, saveCloud } from "./stacks.ts";

let running: SavedCloud;
let stopped: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
  const cloud = await resumeCloud(running);
  await done(cloud, "stop acme-erp");
  stopped = saveCloud(cloud);
});

interface Row {
  readonly kind: string;
  readonly needsApproval?: string;
}

async function planned(cloud: Cloud): Promise<readonly Row[]> {
  const { stdout } = await cloud.run("plan acme-erp --format json");
  return JSON.parse(stdout).silos[0].steps;
}

async function statusOf(cloud: Cloud) {
  const { stdout } = await done(cloud, "status acme-erp --format json");
  return JSON.parse(stdout);
}

const approvals = async (cloud: Cloud) =>
  (await planned(cloud)).filter(({ needsApproval }) => needsApproval).map(({ kind }) => kind);

test("a weaker mode is to be approved, a stricter one and an earlier end are not", async () => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specOf("permissive"));
  expect(await approvals(cloud)).toEqual(["rls-set"]);
  const { stdout } = await cloud.run("plan acme-erp");
  expect(stdout).toContain("Set row level security of acme-erp to permissive until 2027-03-01");
  expect(stdout).toContain("approval: it weakens row level security until 2027-03-01");
  expect(stdout).toContain("1 of them to be approved");
  await done(cloud, "apply acme-erp");
  expect(await inForce(cloud)).toEqual(["authenticated"]);
  await expectSettled(cloud);
  for (const [mode, until, asks] of [
    ["permissive", "2027-04-01", ["rls-set"]],
    ["permissive", "2027-02-01", []],
    ["disabled", "2027-02-01", ["rls-set"]],
    ["production", "", []],
  ] as const) {
    cloud.files.write(file, specOf(mode, until));
    expect(await approvals(cloud), `${mode} until ${until}`).toEqual(asks);
  }
});

test("sign-up is shut before data opens, and opens after it is shut", async () => {
  const cloud = await resumeCloud(running);
  const order = async (mode: RlsMode) => {
    cloud.files.write(file, specOf(mode));
    const { writes } = await done(cloud, "apply acme-erp");
    const of = (action: string, app: string) =>
      writes.findIndex((call) => call.action === action && call.path.includes(`-${app}/`));
    return [of("machine.update", "auth"), of("machine.exec", "pg")] as const;
  };
  const [shut, opened] = await order("disabled");
  expect(shut).toBeGreaterThanOrEqual(0);
  expect(shut).toBeLessThan(opened);
  const [signup, closed] = await order("production");
  expect(closed).toBeGreaterThanOrEqual(0);
  expect(closed).toBeLessThan(signup);
});

test("rls_until ends it by itself: status shows the time left, the next apply brings production back", async () => {
  const cloud = await resumeCloud(running);
  const end = new Date(cloud.clock.now() + 3 * 3_600_000).toISOString().slice(0, 19);
  cloud.files.write(file, specOf("disabled", `${end}Z`));
  await done(cloud, "apply acme-erp");
  expect((await statusOf(cloud)).devenv).toMatchObject({
    rls_mode: "disabled",
    rls_until: `${end}Z`,
  });
  expect((await cloud.run("status acme-erp")).stdout).toMatch(
    /row level security: disabled until .*Z, in 3 h/,
  );
  expect((await cloud.run("plan acme-erp")).stderr).toContain("row level security is disabled");
  await cloud.clock.sleep(4 * 3_600_000);
  expect((await cloud.run("status acme-erp")).stdout).toContain("the next apply ends it");
  const applied = await done(cloud, "apply");
  expect(applied.stderr).toContain("RLS_UNTIL_PAST");
  expect(await inForce(cloud)).toEqual([]);
  expect((await statusOf(cloud)).devenv).toMatchObject({ rls_mode: "production", rls_until: null });
  await expectSettled(cloud);
});

test("end-rls brings it back without a master key, and touches nothing else", async () => {
  const cloud = await resumeCloud(running, { environment: { SILO_MASTER_KEY: "" } });
  expect(await done(cloud, "end-rls")).toMatchObject({ writes: [] });
  const withKey = await resumeCloud(running);
  const end = new Date(withKey.clock.now() + 3_600_000).toISOString().slice(0, 19);
  withKey.files.write(file, specOf("disabled", `${end}Z`));
  await done(withKey, "apply acme-erp");
  const keyless = await resumeCloud(saveCloud(withKey), { environment: { SILO_MASTER_KEY: "" } });
  expect(await done(keyless, "end-rls")).toMatchObject({ writes: [] });
  expect(await inForce(keyless)).toEqual(["anon", "authenticated"]);
  await keyless.clock.sleep(2 * 3_600_000);
  const ended = await done(keyless, "end-rls");
  expect(ended.stdout).toContain("back to production: 1 step");
  expect(ended.writes.every(({ path }) => path.includes("devenv-acme-erp-pg/"))).toBe(true);
  expect(await inForce(keyless)).toEqual([]);
  expect(await done(keyless, "end-rls")).toMatchObject({ writes: [] });
  const stopped = await resumeCloud(saveCloud(keyless));
  await done(stopped, "stop acme-erp");
  expect(await done(stopped, "end-rls")).toMatchObject({ writes: [] });
});

test("drift --heal does not weaken what nobody has approved", async () => {
  const shut = "  auth: { signup: false }";
  const cloud = await resumeCloud(await runningSilo(specText({ devenv: shut })));
  // GoTrue is the same: only the database is to be changed.
  const weak = "  rls_mode: disabled\n  rls_until: 2027-03-01";
  cloud.files.write(file, specText({ devenv: `${shut}\n${weak}` }));
  const healed = await cloud.run("drift --heal");
  expect(healed).toMatchObject({ exitCode: 0, writes: [] });
  expect(healed.stderr).toContain("not applied yet: the spec of postgres");
  await done(cloud, "apply acme-erp");
  expect(await inForce(cloud)).toEqual(["anon", "authenticated"]);
});

test("a restart after the end brings production back as well", async () => {
  const cloud = await resumeCloud(running);
  const end = new Date(cloud.clock.now() + 3_600_000).toISOString().slice(0, 19);
  cloud.files.write(file, specOf("permissive", `${end}Z`));
  await done(cloud, "apply acme-erp");
  await done(cloud, "restart acme-erp");
  expect(await inForce(cloud)).toEqual(["authenticated"]);
  await cloud.clock.sleep(2 * 3_600_000);
  await done(cloud, "restart acme-erp");
  expect(await inForce(cloud)).toEqual([]);
});

test("on a stopped silo it is allowed by the apply, pending, and set at the start before Kong opens", async () => {
  const cloud = await resumeCloud(stopped);
  cloud.files.write(file, specOf("permissive"));
  expect((await statusOf(cloud)).pending).toMatchObject([{ kind: "rls-allow" }]);
  expect(await approvals(cloud)).toEqual(["rls-allow"]);
  await done(cloud, "apply acme-erp");
  await expectSettled(cloud);
  const status = await statusOf(cloud);
  expect(status.devenv).toMatchObject({ rls_mode: "production" });
  expect(status.pending).toEqual([
    { kind: "rls-set", text: "set row level security from production to permissive" },
  ]);
  expect((await cloud.run("status acme-erp")).stdout).toContain("at the next start: set row level");
  const { writes } = await done(cloud, "start acme-erp");
  const at = (action: string, app: string) =>
    writes.findIndex((call) => call.action === action && call.path.includes(`-${app}/`));
  expect(at("machine.exec", "pg")).toBeGreaterThanOrEqual(0);
  expect(at("machine.exec", "pg")).toBeLessThan(at("machine.start", "kong"));
  expect(await inForce(cloud)).toEqual(["authenticated"]);
  expect(await statusOf(cloud)).toMatchObject({ pending: [], devenv: { rls_mode: "permissive" } });
  await expectSettled(cloud);
});

test("a start weakens nothing that no apply has allowed", async () => {
  const cloud = await resumeCloud(stopped);
  cloud.files.write(file, specOf("disabled"));
  await done(cloud, "start acme-erp");
  expect(await inForce(cloud)).toEqual([]);
  await done(cloud, "apply acme-erp");
  expect(await inForce(cloud)).toEqual(["anon", "authenticated"]);
  // Taken back while it is stopped, it is not weak after the start either.
  await done(cloud, "stop acme-erp");
  cloud.files.write(file, specOf("production"));
  await done(cloud, "apply acme-erp");
  cloud.files.write(file, specOf("disabled"));
  await done(cloud, "start acme-erp");
  expect(await inForce(cloud)).toEqual([]);
});
