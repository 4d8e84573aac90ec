/** Runs that die while they change row level security, and a machine that is lost: no weaker mode stays unseen. */

import { beforeAll, expect, test } from "vitest";
import { crashEverywhere } from "./crash-everywhere.ts";
import { crashing } from "./interruptions.ts";
import { done, file, inForce, specOf } from "./rls-silos.ts";
import { metadataOf } from "./rotations.ts";
import { expectSettled, resumeCloud, runningSilo, type SavedCloud, stackOf } from "./stacks.ts";

let running: SavedCloud;

beforeAll(async () => {
  running = await runningSilo();
});

test("a Postgres machine made again on old data is set anew: nobody knows what it is in", async () => {
  const cloud = await resumeCloud(running);
  cloud.files.write(file, specOf("disabled"));
  await done(cloud, "apply acme-erp");
  cloud.files.write(file, specOf("production"));
  const { machines } = await stackOf(cloud);
  const pg = machines.find(({ app }) => app === "devenv-acme-erp-pg");
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
    expect(JSON.parse((await done(cloud, "status acme-erp --format json")).stdout)).toMatchObject({
      devenv: { rls_mode: "unknown" },
    });
    cloud.files.write(file, specOf("production"));
    await done(cloud, "apply acme-erp");
    expect(await inForce(cloud)).toEqual([]);
    await expectSettled(cloud);
  }
});
