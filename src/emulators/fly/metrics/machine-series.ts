/** What machines show of themselves while they run. */

import type { MachineRow, RunRow } from "../entities.ts";
import { currentConfig } from "../machine-config.ts";
import type { FlyStore } from "../store.ts";
import type { Source } from "./sample.ts";

export function* upSeries(store: FlyStore, org: string): Iterable<Source> {
  for (const row of machinesIn(store, org)) {
    yield { labels: labelsOf(row), valueAt: (atMs) => runAt(row, atMs) && 1 };
  }
}

/** Of one CPU, what a machine takes that has nothing to do, and what an answer costs. */
const restingShare = 0.005;
const secondsPerAnswer = 0.02;

/** Counts hundredths of a second from each boot on. */
export function* cpuSeries(store: FlyStore, org: string): Iterable<Source> {
  for (const row of machinesIn(store, org)) {
    const answers = (store.traffic.get(row.app) ?? []).filter(
      ({ instance }) => instance === row.id,
    );
    const { cpus } = currentConfig(row).guest;
    const usedSeconds = (run: RunRow, atMs: number): number => {
      const within = (fromMs: number, toMs: number) =>
        Math.max(0, Math.min(toMs, atMs) - Math.max(fromMs, run.fromMs)) / 1_000;
      const answered = answers
        .filter((answer) => answer.atMs >= run.fromMs && answer.atMs <= atMs)
        .reduce((sum, { count }) => sum + count, 0);
      const work = store.cpuWork
        .filter(({ instance }) => instance === row.id)
        .reduce((sum, { fromMs, toMs, share }) => sum + share * within(fromMs, toMs), 0);
      const constant = row.app.includes("fault-busy") ? 0.6 : 0;
      const resting = (restingShare + constant) * within(run.fromMs, atMs);
      return resting + work + answered * secondsPerAnswer;
    };
    for (const mode of ["user", "idle"]) {
      yield {
        labels: { ...labelsOf(row), cpu_id: "0", mode },
        valueAt: (atMs) => {
          const run = runAt(row, atMs);
          if (!run) return undefined;
          const used = usedSeconds(run, atMs);
          const all = ((atMs - run.fromMs) / 1_000) * cpus;
          return 100 * (mode === "user" ? used : Math.max(0, all - used));
        },
      };
    }
  }
}

/** The kernel keeps some for itself; a third of the rest is in use. */
const kernelShare = 0.04;
const usedShare = 0.35;

export function* memorySeries(
  store: FlyStore,
  org: string,
  what: "total" | "available",
): Iterable<Source> {
  for (const row of machinesIn(store, org)) {
    const total = currentConfig(row).guest.memory_mb * 2 ** 20 * (1 - kernelShare);
    const value = Math.round(what === "total" ? total : total * (1 - usedShare));
    yield { labels: labelsOf(row), valueAt: (atMs) => runAt(row, atMs) && value };
  }
}

function* machinesIn(store: FlyStore, org: string): Iterable<MachineRow> {
  for (const row of store.machines.values()) if (row.org === org) yield row;
}

const labelsOf = ({ app, region, host, id }: MachineRow) => ({ app, region, host, instance: id });

const runAt = ({ runs }: MachineRow, atMs: number): RunRow | undefined =>
  runs.find(({ fromMs, toMs = Number.POSITIVE_INFINITY }) => fromMs <= atMs && atMs < toMs);
