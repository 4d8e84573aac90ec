/** One master key after another: silos of both in one fleet, and each of them only under its own. */

import { beforeAll, describe, expect, test } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { keyIdOf } from "#silo/derive.ts";
import { parseMasterKey } from "#silo/master-key.ts";
import { crashing, inFirstRun, isWrite } from "../scenarios/interruptions.ts";
import { expectRotated, metadataOf, rotated } from "../scenarios/rotations.ts";
import { resumeCloud, type SavedCloud } from "../scenarios/stacks.ts";
import { otherMasterKey, testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { underOneKey } from "./under-one-key.ts";

const apps = ["erp", "crm", "hr"];
const slugs = apps.map((app) => `acme-${app}`);
const files = Object.fromEntries(
  apps.map((app) => [`silos/acme-${app}.yml`, specText({ app })] as const),
);
const onlyNew = { SILO_MASTER_KEY: otherMasterKey };
const onlyOld = { SILO_MASTER_KEY: testMasterKey, SILO_MASTER_KEY_PREVIOUS: "" };
const both = { ...onlyNew, SILO_MASTER_KEY_PREVIOUS: testMasterKey };
const oldId = keyIdOf(parseMasterKey(testMasterKey));
const newId = keyIdOf(parseMasterKey(otherMasterKey));

let fleet: SavedCloud;
let single: SavedCloud;
let old: Credentials;

beforeAll(async () => {
  ({ fleet, single, old } = await underOneKey(files));
});

const keyIdIn = (metadata: Readonly<Record<string, string>>) =>
  Object.entries(metadata)
    .filter(([key]) => key.startsWith("silo_gen_"))
    .sort()
    .at(-1)?.[1]
    .split(":")[2];

describe("rotate-master-mixed", () => {
  test("both kinds of silos in one fleet work with both keys set, and each moves once", async () => {
    const cloud = await resumeCloud(fleet, { environment: both });
    const moved = await rotated(cloud, "rotate-master acme-erp");
    expect(moved.stdout).toContain("acme-erp  moved to SILO_MASTER_KEY");
    const inventory = await rotated(cloud, "inventory");
    expect(inventory.stdout).toContain(`${newId}: devenv-acme-erp\n`);
    expect(inventory.stdout).toContain(`${oldId}: devenv-acme-crm, devenv-acme-hr\n`);
    await expectRotated(cloud, old, 2, otherMasterKey);
    // One of each kind.
    for (const line of [
      "restart acme-erp acme-crm",
      "rotate acme-erp",
      "stop acme-erp acme-crm",
      "start acme-erp acme-crm",
      "context acme-crm --role devops",
      "context acme-erp --role devops",
    ]) {
      await rotated(cloud, line);
    }
    cloud.files.write("silos/acme-new.yml", specText({ app: "new" }));
    await rotated(cloud, "apply");
    expect(keyIdIn(await metadataOf(cloud, "kong", "acme-new"))).toBe(newId);
    const all = await rotated(cloud, "rotate-master");
    expect(all.stdout).toMatch(/acme-crm {2}moved.*\n.*acme-erp {2}nothing to do/);
    expect(all.stdout).toContain("acme-hr  moved");
    expect(all.stdout).toContain("acme-new  nothing to do");
    expect(await cloud.run("rotate-master")).toMatchObject({ exitCode: 0, writes: [] });
    for (const line of ["apply", "restart"].map((verb) => `${verb} ${slugs.join(" ")}`)) {
      expect(
        await cloud.run(line, { environment: { SILO_MASTER_KEY_PREVIOUS: "" } }),
      ).toMatchObject({ exitCode: 0 });
    }
    expect(cloud.violations()).toEqual([]);
  }, 60_000);

  test("a new generation comes from the new key, and so moves the silo", async () => {
    const cloud = await resumeCloud(single, { environment: both });
    await rotated(cloud);
    await expectRotated(cloud, old, 2, otherMasterKey);
    expect(await cloud.run("rotate-master")).toMatchObject({ exitCode: 0, writes: [] });
  });

  test("with only the new key a silo of the old one is refused before any write, with what to set", async () => {
    const cloud = await resumeCloud(fleet, { environment: onlyNew });
    cloud.files.write(
      "silos/acme-erp.yml",
      specText({ services: "    gotrue: { memory_mb: 512 }" }),
    );
    for (const line of [
      "apply acme-erp",
      "restart acme-erp",
      "rotate acme-erp",
      "rotate-master acme-erp",
    ]) {
      const refused = await cloud.run(line);
      expect(refused, line).toMatchObject({ exitCode: 4, writes: [] });
      expect(refused.stdout).toContain("is not the key that acme-erp was made with");
      expect(refused.stdout).toContain("SILO_MASTER_KEY_PREVIOUS");
    }
    const context = await cloud.run("context acme-erp --role devops");
    expect(context).toMatchObject({ exitCode: 4, stdout: "" });
    // What needs no key goes on.
    for (const line of ["stop acme-erp", "status acme-erp"]) await rotated(cloud, line);
  });

  test("a list that does not show the silo yet hides nothing that is to be moved", async () => {
    const cloud = await resumeCloud(single, { environment: both, orgListLagMs: 600_000 });
    expect((await rotated(cloud, "rotate-master")).stdout).toContain("acme-erp  moved");
    cloud.clock.advance(600_000);
    await expectRotated(cloud, old, 2, otherMasterKey);
  });

  test("an unusable previous key is refused by its name", async () => {
    const cloud = await resumeCloud(single, {
      environment: { ...onlyNew, SILO_MASTER_KEY_PREVIOUS: `${testMasterKey}=` },
    });
    const refused = await cloud.run("rotate-master");
    expect(refused).toMatchObject({ exitCode: 2, writes: [] });
    expect(refused.stderr).toContain("SILO_MASTER_KEY_PREVIOUS is not the base64 text");
  });

  test("a stopped silo is moved without starting it, and its start needs the new key only", async () => {
    const cloud = await resumeCloud(single, { environment: both });
    await rotated(cloud, "stop acme-erp");
    const moved = await rotated(cloud, "rotate-master");
    expect(moved.stderr).toContain("its database gets its new passwords at the next start");
    const actions = moved.writes.map(({ action }) => action);
    expect(actions).not.toContain("machine.start");
    expect(actions).not.toContain("machine.exec");
    expect(await metadataOf(cloud, "kong")).toMatchObject({ silo_rotation: "2" });
    expect(await metadataOf(cloud, "pg")).toMatchObject({ silo_db_generation: "1" });
    expect(await cloud.run("rotate-master")).toMatchObject({ exitCode: 0, writes: [] });
    const status = JSON.parse((await cloud.run("status acme-erp --format json")).stdout);
    expect(status.pending).toEqual([{ kind: "passwords-set", text: expect.any(String) }]);
    const { stdout } = await cloud.run("inventory");
    expect(stdout).toContain("devenv-acme-erp: generation 2, at its next start");
    const restart = await cloud.run("restart acme-erp");
    expect(restart).toMatchObject({ exitCode: 4, writes: [] });
    expect(restart.stdout).toContain("silo start acme-erp");
    const start = await cloud.run("start acme-erp", {
      environment: { SILO_MASTER_KEY_PREVIOUS: "" },
    });
    expect(start, start.stdout).toMatchObject({ exitCode: 0 });
    await expectRotated(cloud, old, 2, otherMasterKey);
  });

  test("a rotation under the old key that died is overtaken", async () => {
    const { wrap, died } = crashing({
      at: 3,
      when: "before",
      counts: (method, path) => isWrite(method) && path.endsWith("/metadata"),
    });
    const cloud = await resumeCloud(single, {
      environment: both,
      wrap: inFirstRun(wrap),
    });
    await Promise.race([died, cloud.run("rotate acme-erp", { environment: onlyOld })]);
    expect(await metadataOf(cloud, "kong")).toMatchObject({ silo_rotation: "2" });
    expect(await metadataOf(cloud, "rest")).not.toHaveProperty("silo_gen_2");
    await rotated(cloud, "rotate-master");
    await expectRotated(cloud, old, 3, otherMasterKey);
  });
});

async function killedOnce(at: number, when: "before" | "after"): Promise<string | undefined> {
  const { wrap, died } = crashing({ at, when, counts: isWrite });
  const cloud = await resumeCloud(single, { environment: both, wrap: inFirstRun(wrap) });
  const place = await Promise.race([died, cloud.run("rotate-master")]);
  if (typeof place !== "string") return undefined;
  const again = await cloud.run("rotate-master");
  try {
    expect(again.exitCode).toBe(0);
    await expectRotated(cloud, old, 2, otherMasterKey);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `killed ${when} call ${at}, ${place}: ${why}\n${again.stdout}${again.stderr.slice(-1500)}`;
  }
}

test("killed at every write, the same command goes on, and moves the silo once", async () => {
  const whole = crashing({ at: Number.POSITIVE_INFINITY, when: "before", counts: isWrite });
  await rotated(
    await resumeCloud(single, { environment: both, wrap: whole.wrap }),
    "rotate-master",
  );
  const wounds: string[] = [];
  for (const when of ["before", "after"] as const) {
    for (let at = 1; at <= whole.count(); at++) {
      const wound = await killedOnce(at, when);
      if (wound) wounds.push(wound);
    }
  }
  expect(wounds).toEqual([]);
}, 240_000);
