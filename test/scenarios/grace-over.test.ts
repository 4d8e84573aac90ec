/** What a destruction has left goes when its days are over, without its spec, and nothing else does. */

import { beforeAll, expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import {
  expectGone,
  resumeCloud,
  runningSilo,
  type SavedCloud,
  saveCloud,
  stackOf,
} from "./stacks.ts";

const file = "silos/acme-erp.yml";
const other = { "silos/acme-crm.yml": specText({ app: "crm" }) };
const line = "destroy --expired --allow-destroy";
const day = 86_400_000;
let destroyed: SavedCloud;

beforeAll(async () => {
  const cloud = await resumeCloud(
    await runningSilo(specText({ devenv: "  prevent_destroy: false" })),
  );
  expect(await cloud.run("destroy acme-erp --allow-destroy")).toMatchObject({ exitCode: 0 });
  destroyed = { ...saveCloud(cloud), files: other };
});

async function later(days: number, files = {}): Promise<Cloud> {
  const cloud = await resumeCloud(destroyed, { environment: { SILO_MASTER_KEY: "" }, files });
  await cloud.clock.sleep(days * day);
  return cloud;
}

const appsOf = async (cloud: Cloud) => (await stackOf(cloud)).apps.map(({ name }) => name).sort();
const left = ["devenv-acme-erp-pg", "devenv-acme-erp-storage"];

test("not before its days are over; then every app is seen to be gone", async () => {
  const cloud = await later(6);
  expect(await cloud.run(line)).toMatchObject({
    exitCode: 0,
    writes: [],
    stdout: "Nothing is left over whose days are over\n",
  });
  await cloud.clock.sleep(day + 1);
  const run = await cloud.run(line);
  expect(run.exitCode, run.stderr).toBe(0);
  for (const app of left) {
    expect(run.stdout).toContain(`acme-erp  ${app} is removed, and was seen to be gone`);
  }
  await expectGone(cloud);
  expect(await cloud.run(line)).toMatchObject({ exitCode: 0, writes: [] });
  expect(cloud.violations()).toEqual([]);
});

test("needs --allow-destroy, and a dry run only says what would go", async () => {
  const cloud = await later(8);
  const run = await cloud.run("destroy --expired");
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain("acme-erp: devenv-acme-erp-pg, devenv-acme-erp-storage: destroyed");
  expect(await cloud.run(`${line} --dry-run`)).toMatchObject({ exitCode: 0, writes: [] });
  expect(await appsOf(cloud)).toEqual(left);
});

test("an empty folder, a file that cannot be read, a spec that came back and a foreign manager keep it", async () => {
  const empty = await later(8, { "silos/README.md": "# none" });
  empty.files.content.delete("silos/acme-crm.yml");
  const refused = await empty.run(line);
  expect(refused).toMatchObject({ exitCode: 4, writes: [] });
  expect(refused.stderr).toContain("silos holds no silo, which proves nothing");
  for (const [files, exitCode] of [
    [{ "silos/acme-crm.yml": "{{" }, 2],
    [{ [file]: specText() }, 0],
    [{ "silo.config.yml": "manager_id: somebody-else\n" }, 0],
  ] as const) {
    const cloud = await later(8, files);
    expect(await cloud.run(line)).toMatchObject({ exitCode, writes: [] });
    expect(await appsOf(cloud)).toEqual(left);
  }
});

test("what was changed since it was listed is kept", async () => {
  let isFirst = true;
  const cloud: Cloud = await resumeCloud(destroyed, {
    wrap: (fetch) => async (input, init) => {
      const { pathname } = new URL(String(input));
      // Somebody applies it again between the list and the look at the app.
      if (isFirst && pathname.endsWith("/apps/devenv-acme-erp-pg/machines")) {
        isFirst = false;
        const [machine] = (await stackOf(cloud)).machines.filter(({ app }) => app.endsWith("-pg"));
        await cloud.fly.fetch(
          `http://fly.local/v1/apps/devenv-acme-erp-pg/machines/${machine?.id}/metadata/${keys.destroyAfter}`,
          { method: "DELETE", headers: { authorization: "Bearer any" } },
        );
      }
      return fetch(input, init);
    },
  });
  await cloud.clock.sleep(8 * day);
  const run = await cloud.run(line);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toContain("devenv-acme-erp-pg is kept: it was changed since it was listed");
  expect(await appsOf(cloud)).toEqual(["devenv-acme-erp-pg"]);
});

test("more at once than the guards allow is refused, and can be named", async () => {
  const cloud = await later(8, { "silo.config.yml": "guards: { max_destroy_count: 0 }\n" });
  const run = await cloud.run(line);
  expect(run).toMatchObject({ exitCode: 4, writes: [] });
  expect(run.stderr).toContain(
    "Removing what is left of 1 silos at once is too many: max_destroy_count is 0",
  );
});
