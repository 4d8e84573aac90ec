/** One command, killed at every write of it, before and after the write takes effect. */

import { expect } from "vitest";
import { aCloud, type Cloud, type CloudOptions, type Run } from "../support/a-cloud.ts";
import { crashing, isWrite } from "./interruptions.ts";
import { resumeCloud, type SavedCloud } from "./stacks.ts";

export interface CrashCase {
  readonly from: SavedCloud | { readonly files: Readonly<Record<string, string>> };
  readonly files?: Readonly<Record<string, string>>;
  /** Before the command: what is wrong with the world. */
  readonly begin?: (cloud: Cloud) => Promise<void>;
  readonly line: string;
  /** Between the crash and the run after it. */
  readonly recover?: (cloud: Cloud) => Promise<void>;
  /** Run after the crash; `line` again when absent. */
  readonly next?: string;
  readonly expectEnd: (cloud: Cloud, again: Run) => Promise<void>;
  readonly counts?: (method: string, path: string) => boolean;
  readonly options?: CloudOptions;
  /** Only every so many places. */
  readonly every?: number;
}

/** Gives at how many places the command was killed; fails naming all places that did not heal. */
export async function crashEverywhere(how: CrashCase): Promise<number> {
  const counts = how.counts ?? isWrite;
  const whole = crashing({ at: Number.POSITIVE_INFINITY, when: "before", counts });
  const undisturbed = await cloudOf(how, whole.wrap);
  expect(await undisturbed.run(how.line)).toMatchObject({ exitCode: 0 });
  const wounds: string[] = [];
  for (const when of ["before", "after"] as const) {
    for (let at = 1; at <= whole.count(); at += how.every ?? 1) {
      const wound = await crashOnce(how, { at, when, counts });
      if (wound) wounds.push(wound);
    }
  }
  expect(wounds).toEqual([]);
  return whole.count() * 2;
}

async function crashOnce(
  how: CrashCase,
  crash: Parameters<typeof crashing>[0],
): Promise<string | undefined> {
  const { wrap, died } = crashing(crash);
  const cloud = await cloudOf(how, wrap);
  const place = await Promise.race([died, cloud.run(how.line)]);
  // Concurrent calls come in an order that is not always the same: a few may be fewer.
  if (typeof place !== "string") return undefined;
  await how.recover?.(cloud);
  const again = await cloud.run(how.next ?? how.line);
  try {
    expect(again.exitCode).toBe(0);
    await how.expectEnd(cloud, again);
    expect(cloud.violations()).toEqual([]);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `killed ${crash.when} call ${crash.at}, ${place}: ${why}\n${again.stdout}${again.stderr.slice(-1500)}`;
  }
}

/** Only its first run is disturbed, on Fly and on GitHub. */
async function cloudOf(how: CrashCase, wrap: ReturnType<typeof crashing>["wrap"]): Promise<Cloud> {
  let runs = 0;
  const options: CloudOptions = {
    ...how.options,
    wrap: (fetch) => (++runs === 1 ? wrap(fetch) : fetch),
    wrapGitHub: (fetch) => (runs === 1 ? wrap(fetch) : fetch),
  };
  if ("state" in how.from) {
    const cloud = await resumeCloud(how.from, options);
    await how.begin?.(cloud);
    for (const [path, text] of Object.entries(how.files ?? {})) cloud.files.write(path, text);
    return cloud;
  }
  return aCloud({ ...options, files: { ...how.from.files, ...how.files } });
}
