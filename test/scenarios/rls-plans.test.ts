/** When a mode of row level security is set, what a plan and a status say of it, and that it ends. */

import { beforeAll, expect, test } from "vitest";
import type { RlsMode } from "#state/rls.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import { crashing } from "./interruptions.ts";
import { metadataOf } from "./rotations.ts";
import { expectSettled, resumeCloud, runningSilo, type SavedCloud, saveCloud } from "./stacks.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;
let stopped: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
  const cloud = await resumeCloud(running);
  await done(cloud, "stop acme-erp");
  stopped = saveCloud(cloud);
});

const specOf = (mode: RlsMode, until = "2027-03-01") =>
  specText({
    devenv: mode === "production" ? "" : `  rls_mode: ${mode}\n  rls_until: ${until}`,
  });

async function done(cloud: Cloud, line: string) {
  const run = await cloud.run(line);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
  return run;
}

async function inForce(cloud: Cloud): Promise<readonly string[]> {
  const sql =
    "select rolname, rolbypassrls from pg_roles where rolname in ('anon','authenticated') order by rolname";
  const { stdout } = await done(cloud, `psql acme-erp --user supabase_admin -c "${sql}"`);
  return [...stdout.matchAll(/(anon|authenticated)\s+\| t/g)].map(([, role = ""]) => role);
}

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

test("a Postgres machine made again on old data is set anew: nobody knows what it is in", async () => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specOf("disabled"));
  await done(cloud, "apply acme-erp");
  cloud.files.write(file, specOf("production"));
  const machines = (await cloud.fly.save()) as unknown as {
    machines: { app: string; id: string }[];
  };
  const pg = machines.machines.find(({ app }) => app === "devenv-acme-erp-pg");
  await cloud.fly.fetch(
    `http://fly.local/v1/apps/devenv-acme-erp-pg/machines/${pg?.id}?force=true`,
    { method: "DELETE", headers: { authorization: "Bearer local" } },
  );
  await done(cloud, "apply acme-erp");
  expect(await inForce(cloud)).toEqual([]);
  expect(await metadataOf(cloud, "pg")).toMatchObject({ silo_rls_mode: "production" });
});

test.each([
  ["permissive", "permissive", ["authenticated"]],
  ["disabled", "production", []],
] as const)(
  "killed at every write of %s, then %s",
  async (mode, then, roles) => {
    const places = await crashEverywhere({
      from: running,
      files: { [file]: specOf(mode) },
      line: "apply acme-erp",
      expectEnd: async (cloud) => {
        cloud.files.write(file, specOf(then));
        await done(cloud, "apply acme-erp");
        expect(await inForce(cloud)).toEqual(roles);
        await expectSettled(cloud);
      },
    });
    expect(places).toBeGreaterThan(6);
  },
  120_000,
);

test("killed while it weakens, and the wish taken back: production is set, whatever the mark was", async () => {
  for (const when of ["before", "after"] as const) {
    const { wrap, died } = crashing({
      at: 1,
      when,
      counts: (_method, path) => path.endsWith("/exec"),
    });
    let isFirst = true;
    const cloud = await resumeCloud(running, {
      wrap: (fetch) => {
        const wrapped = isFirst ? wrap(fetch) : fetch;
        isFirst = false;
        return wrapped;
      },
    });
    cloud.files.write(file, specOf("disabled"));
    await Promise.race([died, cloud.run("apply acme-erp")]);
    expect((await statusOf(cloud)).devenv.rls_mode).toBe("unknown");
    cloud.files.write(file, specOf("production"));
    await done(cloud, "apply acme-erp");
    expect(await inForce(cloud)).toEqual([]);
    await expectSettled(cloud);
  }
});
