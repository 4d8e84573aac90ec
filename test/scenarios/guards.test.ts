import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud, CloudOptions, Run } from "../support/a-cloud.ts";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

const withSpec = (text: string, more: CloudOptions = {}) =>
  resumeCloud(running, { ...more, files: { [file]: text } });

/** Refused before anything was changed, with the reason and the way out. */
async function expectRefused(
  cloud: Cloud,
  line: string,
  exitCode: number,
  ...texts: readonly (string | RegExp)[]
): Promise<Run> {
  const before = JSON.stringify(await stackOf(cloud));
  const run = await cloud.run(line);
  expect(run.exitCode, run.stdout + run.stderr).toBe(exitCode);
  expect(run.writes).toEqual([]);
  for (const text of texts) {
    if (typeof text === "string") expect(run.stdout + run.stderr).toContain(text);
    else expect(run.stdout + run.stderr).toMatch(text);
  }
  const after = await stackOf(cloud);
  expect(JSON.stringify(after)).toBe(before);
  expect(cloud.violations()).toEqual([]);
  return run;
}

async function makeApp(cloud: Cloud, name: string, org: string, network: string): Promise<void> {
  const response = await cloud.fly.fetch("http://fly.local/v1/apps", {
    method: "POST",
    headers: { authorization: "Bearer any" },
    body: JSON.stringify({ name, org_slug: org, network }),
  });
  expect(response.status).toBe(201);
}

async function patchMachine(cloud: Cloud, name: string, metadata: Record<string, string | null>) {
  const row = (await stackOf(cloud)).machines.find((machine) => machine.name === name);
  const path = `/v1/apps/${row?.app}/machines/${row?.id}/metadata`;
  const response = await cloud.fly.fetch(`http://fly.local${path}`, {
    method: "PATCH",
    headers: { authorization: "Bearer any" },
    body: JSON.stringify({ metadata }),
  });
  expect(response.status).toBe(204);
}

describe("an app of the same name that is somebody else's", () => {
  const pg = "devenv-acme-erp-pg";
  const fresh = (options: CloudOptions = {}) =>
    aCloud({ files: { [file]: specText() }, ...options });

  test("in another organisation that the token may not see", async () => {
    const text = specText({ app: "fault-foreign" });
    const cloud = aCloud({ files: { "silos/acme-fault-foreign.yml": text } });
    const run = await cloud.run("apply");
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toMatch(/devenv-acme-fault-foreign-kong is|taken by somebody else/);
    expect(run.stdout).toContain("choose other slugs");
    expect((await stackOf(cloud)).apps).toEqual([]);
  });

  test("in another organisation that the token may see", async () => {
    const cloud = fresh();
    await makeApp(cloud, pg, "globex", "devenv-acme-erp");
    await expectRefused(
      cloud,
      "apply acme-erp",
      4,
      `The app ${pg} is not this silo's: it is in the organisation "globex"`,
      "fix: choose other slugs, or have whoever owns it remove it first",
    );
  });

  test("on another network", async () => {
    const cloud = fresh();
    await makeApp(cloud, pg, "acme-erp", "default");
    await expectRefused(cloud, "apply acme-erp", 4, 'it is on the network "default"');
    await expectRefused(cloud, "plan acme-erp", 4, 'it is on the network "default"');
  });

  test.each([
    [{ [keys.siloId]: "acme-crm-silo-001" }, 'belongs to the silo_id "acme-crm-silo-001"'],
    [{ [keys.managerId]: "other" }, 'belongs to the manager "other", not to "silo-manager"'],
    [{ [keys.managedBy]: null }, "has no silo-manager marker"],
  ])("by its machine's metadata %o", async (metadata, text) => {
    for (const line of ["apply", "stop acme-erp", "destroy acme-erp --allow-destroy"]) {
      const cloud = await resumeCloud(running);
      await patchMachine(cloud, "rest-yyz", metadata);
      await expectRefused(cloud, line, 4, text, "devenv-acme-erp-rest is not this silo's");
    }
  });
});

test("a region that changed, by anything but an apply, which moves it", async () => {
  const cloud = await withSpec(specText({ devenv: "  fly_region: ams" }));
  await expectRefused(
    cloud,
    "rotate acme-erp",
    4,
    "acme-erp is in yyz, the spec says ams",
    "run `silo apply acme-erp` first, which moves it; or set fly_region back to yyz",
  );
});

test("a volume that would shrink", async () => {
  const cloud = await withSpec(specText({ services: "    postgres: { volume_gb: 9 }" }));
  await expectRefused(
    cloud,
    "apply",
    4,
    "The volume of devenv-acme-erp-pg has 10 GB, the spec says 9; volumes only grow",
    "set volume_gb of postgres to at least 10 in silos/acme-erp.yml",
  );
});

test("another major version of Postgres", async () => {
  const image = '    postgres: { image: "supabase/postgres:17.4.1.32" }';
  const cloud = await withSpec(specText({ services: image }));
  await expectRefused(
    cloud,
    "apply",
    4,
    "Postgres 15 cannot be started as Postgres 17",
    "fix: keep",
  );
});

test("a record that somebody removed", async () => {
  const cloud = await resumeCloud(running);
  const all = (await stackOf(cloud)).machines;
  const removed = Object.fromEntries(
    Object.keys(all[0]?.versions.at(-1)?.config.metadata ?? {})
      .filter((key) => key.startsWith("silo_gen_") || key === keys.incarnation)
      .map((key) => [key, null]),
  );
  expect(Object.keys(removed)).toHaveLength(2);
  for (const { name } of all) await patchMachine(cloud, name, removed);
  await expectRefused(
    cloud,
    "apply",
    4,
    "The machine of devenv-acme-erp-kong carries no silo record",
  );
});

describe("the master key", () => {
  const edited = specText({
    services: "    storage: { secret_env: [] }\n    studio: { enabled: false }",
  });
  const other = Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)).toString("base64");

  test.each(["restart acme-erp", "start acme-erp"])("a wrong one: %s", async (line) => {
    const cloud = await resumeCloud(running, { environment: { SILO_MASTER_KEY: other } });
    await cloud.run("stop acme-erp");
    await expectRefused(
      cloud,
      line,
      4,
      "SILO_MASTER_KEY is not the key that acme-erp was made with",
      "`silo rotate-master acme-erp --lost`",
    );
  });

  test("a missing one, where it is needed", async () => {
    const environment = { SILO_MASTER_KEY: "" };
    const cloud = aCloud({ files: { [file]: specText() }, environment });
    await expectRefused(cloud, "apply", 2, "SILO_MASTER_KEY is not set", "silo new-master-key");
  });

  test("plan, stop, status and why need none", async () => {
    const cloud = await withSpec(edited, { environment: { SILO_MASTER_KEY: "" } });
    for (const line of ["plan", "status", "why acme-erp", "stop acme-erp"]) {
      expect((await cloud.run(line)).exitCode, line).toBe(0);
    }
  });
});

test("values of secret_env that are not there", async () => {
  const services = "    gotrue: { secret_env: [GOTRUE_SMTP_PASS] }";
  for (const cloud of [
    await withSpec(specText({ services })),
    aCloud({ files: { [file]: specText({ services }) } }),
  ]) {
    await expectRefused(
      cloud,
      "apply",
      2,
      "Values of secret_env are missing: SILO_ENV_ACME_ERP_GOTRUE_SMTP_PASS",
    );
  }
});

test("a plan writes nothing, whatever it has to say", async () => {
  const texts = [specText(), specText({ services: "    studio: { enabled: false }" })];
  for (const text of texts) {
    for (const cloud of [aCloud({ files: { [file]: text } }), await withSpec(text)]) {
      const count = cloud.fly.requests.length;
      await cloud.run("plan --format json --out plan.json");
      const asked = cloud.fly.requests.slice(count);
      expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
    }
  }
  const changed = await withSpec(texts[1] ?? "");
  expect(await changed.run("plan --detailed-exitcode")).toMatchObject({ exitCode: 3 });
  expect(await changed.run("plan")).toMatchObject({ exitCode: 0 });
  const same = await withSpec(specText());
  expect(await same.run("plan --detailed-exitcode")).toMatchObject({ exitCode: 0 });
});
