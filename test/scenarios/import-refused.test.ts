/** Stacks that cannot be taken over as they are: each is told with its way out, and nothing is written. */

import { beforeAll, describe, expect, test } from "vitest";
import { aCloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { addMachine, addVolume, type HandMade, makeByHand } from "./hand-made.ts";
import { resumeCloud, type SavedCloud, saveCloud, stackOf } from "./stacks.ts";

const file = "silos/acme-erp.yml";
let handMade: SavedCloud;

async function madeByHand(how: HandMade = {}) {
  const cloud = aCloud();
  await makeByHand(cloud, how);
  return cloud;
}

beforeAll(async () => {
  handMade = saveCloud(await madeByHand());
});

describe("what cannot be taken over as it is", () => {
  const destroyed = (app: string) => `fix: \`flyctl apps destroy devenv-acme-erp-${app}\``;
  const saved = "fix: save the data with pg_dump";
  test.each<[string, HandMade["otherwise"] & object, string, string]>([
    [
      "a network",
      { auth: { network: "default" } },
      "devenv-acme-erp-auth is on the network default, which never changes",
      destroyed("auth"),
    ],
    ["a network of data", { pg: { network: "default" } }, "is on the network default", saved],
    [
      "a region",
      { rest: { region: "fra" } },
      "devenv-acme-erp-rest is in fra, and silos/acme-erp.yml says ams",
      "fix: set fly_region: fra when all of it is there",
    ],
    [
      "a mount path",
      { pg: { mount: { name: "pg_data", path: "/var/lib/postgresql/data", gb: 10 } } },
      "mounts its volume at /var/lib/postgresql/data, not at /var/lib/postgresql",
      saved,
    ],
    [
      "a name of a volume",
      { storage: { mount: { name: "files", path: "/var/lib/storage", gb: 5 } } },
      "The volume of devenv-acme-erp-storage is called files, not storage_data",
      "fix: copy the files away",
    ],
    [
      "a volume that is not needed",
      { kong: { mount: { name: "kong_data", path: "/kong", gb: 1 } } },
      "devenv-acme-erp-kong mounts a volume at /kong",
      destroyed("kong"),
    ],
    [
      "a data folder",
      { pg: { env: { POSTGRES_PASSWORD: "x", PGDATA: "/var/lib/postgresql/other" } } },
      'PGDATA of devenv-acme-erp-pg is "/var/lib/postgresql/other"',
      saved,
    ],
    [
      "a tenant of the files",
      { storage: { env: { STORAGE_BACKEND: "file", TENANT_ID: "mine" } } },
      'TENANT_ID of devenv-acme-erp-storage is "mine", not "stub"',
      "fix: copy the files away",
    ],
    [
      "an image",
      { pg: { image: "postgres:15.4" } },
      "devenv-acme-erp-pg runs postgres:15.4, which lacks the roles",
      saved,
    ],
  ])("because of %s", async (_name, otherwise, message, fix) => {
    const cloud = await madeByHand({ otherwise });
    const before = await stackOf(cloud);
    for (const line of ["import acme erp", "import acme erp --adopt"]) {
      const run = await cloud.run(line);
      expect(run).toMatchObject({ exitCode: 4, writes: [] });
      expect(run.stdout + run.stderr).toContain(message);
      expect(run.stdout + run.stderr).toContain(fix);
    }
    expect(await stackOf(cloud)).toEqual(before);
    expect([...cloud.files.content.keys()]).toEqual([]);
  });

  test("two machines, a volume beside, an app without a machine", async () => {
    const cloud = await resumeCloud(handMade);
    const app = "devenv-acme-erp-pg";
    const id = await addVolume(cloud, app, { name: "pg_data", gb: 10, region: "ams" });
    const spare = await cloud.run("import acme erp");
    expect(spare.exitCode).toBe(4);
    expect(spare.stdout).toContain(`The volume ${id} (pg_data) of ${app} is not mounted`);
    await addMachine(cloud, "devenv-acme-erp-rest", {
      image: "postgrest/postgrest:v12.0.1",
      memoryMb: 256,
      port: 3000,
      env: {},
      region: "ams",
    });
    expect((await cloud.run("import acme erp")).stdout).toContain(
      "devenv-acme-erp-rest has 2 machines",
    );
  });

  test("a spec that wants other data: its guards are asked before", async () => {
    const devenv = "  fly_region: ams";
    const small = specText({ devenv, services: "    postgres: { volume_gb: 10 }" });
    const cloud = await resumeCloud(handMade, { files: { [file]: small } });
    const run = await cloud.run("import acme erp --adopt");
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stderr).toContain("has 20 GB, the spec says 10; volumes only grow");
    const image = "    postgres: { volume_gb: 20, image: supabase/postgres:14.1.0.1 }";
    cloud.files.write(file, specText({ devenv, services: image }));
    const major = await cloud.run("import acme erp --adopt");
    expect(major).toMatchObject({ exitCode: 4, writes: [] });
    expect(major.stderr).toContain("Postgres 15 cannot be started as Postgres 14");
  });

  test("another organisation", async () => {
    const cloud = await madeByHand({ org: "globex" });
    const seen = await cloud.run("import acme erp --org acme-erp");
    expect(seen).toMatchObject({ exitCode: 4, writes: [] });
    expect(seen.stdout).toContain("is in the organisation globex");
    const environment = { FLY_API_TOKEN: "org:acme-erp" };
    const unseen = await cloud.run("import acme erp", { environment });
    expect(unseen).toMatchObject({ exitCode: 4, writes: [] });
    expect(unseen.stderr).toContain("no token of FLY_API_TOKEN may read");
  });

  test("machines that bear the marks of another manager", async () => {
    const cloud = await resumeCloud(handMade);
    await cloud.run("import acme erp --adopt");
    cloud.files.write("silo.config.yml", "manager_id: another\n");
    const run = await cloud.run("import acme erp");
    expect(run).toMatchObject({ exitCode: 4, writes: [] });
    expect(run.stdout).toContain("of the manager silo-manager");
  });
});

test.each([
  ["import", 2, "Give the slugs of client and app"],
  ["import acme", 2, "Give the slugs of client and app"],
  ["import Acme erp", 2, '"Acme" is no slug'],
  ["import acme ../erp", 2, '"../erp" is no slug'],
  ["import acme nothing", 2, "There is no app devenv-acme-nothing-*"],
  ["import acme erp --adopt --org nowhere", 4, "says nowhere"],
])("%s is refused", async (line, exitCode, text) => {
  const cloud = await resumeCloud(handMade);
  const run = await cloud.run(line);
  expect(run).toMatchObject({ exitCode, writes: [] });
  expect(run.stdout + run.stderr).toContain(text);
  expect(cloud.files.content.size).toBe(0);
});

test("without a master key it shows, and marks nothing", async () => {
  const cloud = await resumeCloud(handMade);
  const environment = { SILO_MASTER_KEY: "" };
  expect((await cloud.run("import acme erp", { environment })).exitCode).toBe(0);
  const run = await cloud.run("import acme erp --adopt", { environment });
  expect(run).toMatchObject({ exitCode: 2, writes: [] });
});
