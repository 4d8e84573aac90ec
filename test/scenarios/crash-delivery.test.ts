/** Handing out and taking back, killed at every write on GitHub: the next command leaves what it should. */

import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { type CrashCase, crashEverywhere } from "./crash-everywhere.ts";
import { aRepo, cloudWith, expectedWhileRunning, nothing, repo, standing } from "./handed-out.ts";
import { expectSettled, resumeCloud, type SavedCloud, saveCloud } from "./stacks.ts";

let running: SavedCloud;
let stopped: SavedCloud;

beforeAll(async () => {
  const cloud = cloudWith(aRepo());
  expect(await cloud.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  running = saveCloud(cloud);
  const other = await resumeCloud(running);
  expect(await other.run("stop acme-erp")).toMatchObject({ exitCode: 0 });
  stopped = saveCloud(other);
});

/** And at the record's, which say what is out. */
const counts: CrashCase["counts"] = (method, path) =>
  method !== "GET" && (path.startsWith(`/repos/${repo}`) || path.endsWith("/metadata"));

const isOut = async (cloud: Cloud) => {
  expect(standing(cloud)).toEqual(await expectedWhileRunning(cloud));
  await expectSettled(cloud);
};
const isBack = async (cloud: Cloud) => expect(standing(cloud)).toEqual(nothing);

test.each([
  ["apply", "stop", isBack],
  ["apply", "apply", isOut],
] as const)("a first %s, then %s", async (line, next, expectEnd) => {
  await crashEverywhere({
    from: { files: { "silos/acme-erp.yml": specText() } },
    options: { github: { repositories: [aRepo()] } },
    line: `${line} acme-erp`,
    next: `${next} acme-erp`,
    counts: (method, path) => counts(method, path) && /secrets|variables|metadata/.test(path),
    expectEnd,
  });
});

test.each([
  ["stop", "stop", isBack],
  ["stop", "start", isOut],
  ["start", "stop", isBack],
  ["start", "start", isOut],
  ["restart", "apply", isOut],
] as const)("%s, then %s", async (line, next, expectEnd) => {
  await crashEverywhere({
    from: line === "start" ? stopped : running,
    line: `${line} acme-erp`,
    next: `${next} acme-erp`,
    counts,
    expectEnd,
  });
});
