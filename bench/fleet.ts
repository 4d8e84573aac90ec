/**
 * A plan in which nothing is to be done: what it asks of Fly, and what it costs here.
 *
 * The bound on requests for N silos of one organisation: 6 N machines and 2 N volumes can only be
 * read in pages of 1,000, 6 N apps in pages of 5,000, and the regions are one list. That is
 * ceil(6N/1000) + ceil(2N/1000) + ceil(6N/5000) + 1.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appliedFleet, copiedFleet, type Fleet } from "./fleet/a-fleet.ts";
import type { PlanMeasures } from "./fleet/plan-recorded.ts";
import type { RecordedPlan } from "./fleet/recorded.ts";

const rounds = 3;
const machinesPerSilo = 6;
const volumesPerSilo = 2;

const root = mkdtempSync(join(tmpdir(), "silo-bench-"));
try {
  const isEach = [
    await measure("every silo made by `silo apply`", 100, 5, appliedFleet),
    await measure("one silo made by `silo apply`, its rows copied", 1_000, 20, copiedFleet),
  ];
  process.exitCode = isEach.every(Boolean) ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measure(
  how: string,
  count: number,
  most: number,
  make: (count: number) => Promise<Fleet>,
): Promise<boolean> {
  const fleet = await make(count);
  const { exitCode, calls, requests, recorded } = await fleet.plan();
  const alone = planAlone(recorded);
  const bound =
    Math.ceil((machinesPerSilo * count) / 1_000) +
    Math.ceil((volumesPerSilo * count) / 1_000) +
    Math.ceil((machinesPerSilo * count) / 5_000) +
    1;
  const isEmpty = exitCode === 0 && alone.exitCode === 0;
  const isSame = calls === requests && calls === alone.requests;
  console.log(`${count.toLocaleString("en")} silos, ${count * machinesPerSilo} machines (${how})`);
  console.log(`  nothing to do             ${isEmpty ? "yes" : "NO: the fleet is not as wanted"}`);
  console.log(`  requests                  ${calls}   bound ${bound}, target at most ${most}`);
  console.log(`  counted by the cloud      ${requests}${isSame ? "" : "   DIFFERS"}`);
  console.log(`  plan, a process of its own (median of ${rounds}, recorded answers):`);
  console.log(`    wall                    ${alone.wallMs.toFixed(0)} ms`);
  console.log(
    `    CPU                     ${alone.cpuMs.toFixed(0)} ms   target at most ${cpuTargetMs(count)} ms`,
  );
  console.log(`    peak RSS                ${alone.peakRssMb.toFixed(0)} MB\n`);
  return isEmpty && isSame && calls <= most && alone.cpuMs <= cpuTargetMs(count);
}

/** 2 s for 1,000 silos; a small fleet is allowed what Node and the modules need. */
function cpuTargetMs(count: number): number {
  return Math.max(1_000, 2 * count);
}

function planAlone(recorded: RecordedPlan): PlanMeasures {
  const file = join(root, "recorded.json");
  writeFileSync(file, JSON.stringify(recorded));
  const program = join(import.meta.dirname, "fleet/plan-recorded.ts");
  const runs = Array.from({ length: rounds }, () => {
    const { stdout } = spawnSync(process.execPath, [program, file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    return JSON.parse(stdout) as PlanMeasures;
  });
  const [median] = runs.toSorted((a, b) => a.wallMs - b.wallMs).slice(Math.floor(rounds / 2));
  if (!median) throw new Error("No round was run");
  return median;
}
