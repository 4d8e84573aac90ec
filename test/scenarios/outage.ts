/** How long a running silo answers nobody while a command runs, by the virtual clock. */

import { expect } from "vitest";
import type { CloudOptions, Run } from "../support/a-cloud.ts";
import { resumeCloud, type SavedCloud } from "./stacks.ts";

const everyMs = 100;
const url = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";

export interface Outage {
  readonly run: Run;
  /** From the first request that Kong did not take to the first that it took again. */
  readonly closedMs: number;
  /** Of the requests in between. */
  readonly statuses: ReadonlySet<number>;
}

/** Asks ten times a second from the outside, with no key, which an open Kong answers with 401. */
export async function outageOf(
  saved: SavedCloud,
  line: string,
  options: CloudOptions = {},
): Promise<Outage> {
  const seen: { readonly at: number; readonly isOpen: boolean; readonly status: number }[] = [];
  const over = new AbortController();
  let watching: Promise<void> | undefined;
  const cloud = await resumeCloud(saved, {
    ...options,
    // From the first call on: time that passes while code is loaded is nobody's.
    wrap: (fetch) => (input, init) => {
      watching ??= watch();
      return fetch(input, init);
    },
  });
  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      const { status } = await cloud.fly.proxy(url);
      seen.push({ at: cloud.clock.now(), isOpen: status === 401, status });
      await cloud.clock.sleep(everyMs, over.signal).catch(() => undefined);
    }
  }
  const run = await cloud.run(line);
  over.abort();
  await watching;
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
  const first = seen.findIndex(({ isOpen }) => !isOpen);
  const last = seen.findLastIndex(({ isOpen }) => !isOpen);
  expect(first, line).toBeGreaterThan(0);
  const [from, to] = [seen[first], seen[last + 1]];
  if (!from || !to) throw new Error(`Kong was not open again when ${line} had ended`);
  return {
    run,
    closedMs: to.at - from.at,
    statuses: new Set(seen.slice(first, last + 1).map(({ status }) => status)),
  };
}
