/** A rotation that died: whatever comes next goes on with it, and appends no other. */

import { beforeAll, expect, test } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";
import { crashing, inFirstRun, isWrite } from "./interruptions.ts";
import { expectRotated, generationsOn, metadataOf, rotated, statusOf } from "./rotations.ts";
import { resumeCloud, type SavedCloud, saveCloud, stackOf } from "./stacks.ts";

const files = { "silos/acme-erp.yml": specText() };

let running: SavedCloud;
let old: Credentials;

beforeAll(async () => {
  const cloud = aCloud({ files });
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
  old = await derivedCredentials(cloud, "acme-erp");
});

/** The run dies right after its first writes: the record names generation 2, nothing follows it yet. */
async function halfRotated(at = 3, line = "rotate acme-erp"): Promise<Cloud> {
  const { wrap, died } = crashing({
    at,
    when: "before",
    counts: (method, path) => isWrite(method) && path.endsWith("/metadata"),
  });
  const cloud = await resumeCloud(running, { wrap: inFirstRun(wrap) });
  await Promise.race([died, cloud.run(line)]);
  expect(await metadataOf(cloud, "kong")).toMatchObject({ silo_rotation: "2" });
  return cloud;
}

test("an unfinished one that is stopped is finished by the start", async () => {
  const cloud = await halfRotated();
  expect(await metadataOf(cloud, "rest")).not.toHaveProperty("silo_gen_2");
  const restart = await cloud.run("restart acme-erp");
  expect(restart).toMatchObject({ exitCode: 4, writes: [] });
  expect(restart.stdout).toContain("silo rotate acme-erp");
  await rotated(cloud, "stop acme-erp");
  expect(await cloud.run("rotate acme-erp")).toMatchObject({ exitCode: 4, writes: [] });
  // A change of the spec reaches the machines, and their database when it runs.
  await rotated(cloud, "apply acme-erp");
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0, writes: [] });
  expect(await metadataOf(cloud, "kong")).toMatchObject({ silo_rotation: "2" });
  await rotated(cloud, "start acme-erp");
  await expectRotated(cloud, old, 2);
});

test("the leak that is told of later still signs everybody out", async () => {
  const execs = async (cloud: Cloud, line: string) => {
    const { writes } = await rotated(cloud, line);
    return writes.filter(({ action }) => action === "machine.exec").length;
  };
  // Dies when only its end is left to be recorded.
  const cloud = await halfRotated(9);
  expect(await metadataOf(cloud, "pg")).toMatchObject({ silo_db_generation: "2" });
  expect(await execs(cloud, "rotate acme-erp --reason leaked")).toBe(1);
  expect(await metadataOf(cloud, "pg")).toMatchObject({ silo_db_generation: "2:ended" });
  await expectRotated(cloud, old, 2);
  expect(await execs(cloud, "rotate acme-erp")).toBe(1);
  expect(await metadataOf(cloud, "pg")).toMatchObject({ silo_db_generation: "3" });
});

test("a generation that the record names and does not hold is nobody's to believe", async () => {
  const cloud = await halfRotated();
  const kong = (await stackOf(cloud)).machines.find(({ app }) => app.endsWith("-kong"));
  await cloud.fly.fetch(`http://fly.local/v1/apps/${kong?.app}/machines/${kong?.id}/metadata`, {
    method: "PATCH",
    headers: { authorization: "Bearer local" },
    body: JSON.stringify({ metadata: { silo_rotation: "" } }),
  });
  for (const line of ["rotate acme-erp", "apply acme-erp", "stop acme-erp"]) {
    const refused = await cloud.run(line);
    expect(refused, line).toMatchObject({ exitCode: 4, writes: [] });
    expect(refused.stdout).toContain("disagree about which generations of keys there are");
  }
});

/** A wish that was fulfilled before its run died is not known to be: asking again is a new one. */
async function dueAfter(cloud: Cloud, next: string): Promise<number> {
  const record = await metadataOf(cloud, "kong");
  const generation = generationsOn(record).length;
  const isUnfinished = record.silo_rotation === "2";
  return next.startsWith("apply") || isUnfinished ? generation : generation + 1;
}

async function killedOnce(
  at: number,
  when: "before" | "after",
  next: string,
): Promise<string | undefined> {
  const { wrap, died } = crashing({ at, when, counts: isWrite });
  const cloud = await resumeCloud(running, { wrap: inFirstRun(wrap) });
  const place = await Promise.race([died, cloud.run("rotate acme-erp")]);
  if (typeof place !== "string") return undefined;
  const due = await dueAfter(cloud, next);
  const again = await cloud.run(next);
  try {
    expect(again.exitCode).toBe(0);
    if (due === 1) expect(await statusOf(cloud, old)).toBe(200);
    else await expectRotated(cloud, old, due);
    expect(cloud.violations()).toEqual([]);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `killed ${when} call ${at}, ${place}: ${why}\n${again.stdout}${again.stderr.slice(-1500)}`;
  }
}

test.each(["rotate acme-erp", "apply acme-erp"])(
  "killed at every write, then %s",
  async (next) => {
    const whole = crashing({ at: Number.POSITIVE_INFINITY, when: "before", counts: isWrite });
    await rotated(await resumeCloud(running, { wrap: whole.wrap }));
    const wounds: string[] = [];
    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= whole.count(); at++) {
        const wound = await killedOnce(at, when, next);
        if (wound) wounds.push(wound);
      }
    }
    expect(wounds).toEqual([]);
  },
  240_000,
);
