/**
 * `silo plan` as a process of its own, against recorded answers: what a plan costs without the
 * cloud. Its argument is a file with a `RecordedPlan`; prints its measures as JSON.
 */

import { readFileSync } from "node:fs";
import { createFlyClient } from "#clients/fly/client.ts";
import { commands } from "#commands/catalogue.ts";
import { runWords } from "#commands/run-words.ts";
import { cryptoRandom } from "#edge/node-effects.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import { memoryFiles } from "../../test/support/memory-files.ts";
import { type RecordedPlan, replayed } from "./recorded.ts";

export interface PlanMeasures {
  readonly exitCode: number;
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
}

const { atMs, files, answers } = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
) as RecordedPlan;
const clock = new VirtualClock(atMs);
let requests = 0;
const fly = createFlyClient({
  fetch: replayed(answers),
  clock,
  random: cryptoRandom,
  tokens: [new Secret("local")],
  onCall: () => requests++,
});
const quiet = { write: () => undefined, note: () => undefined, redraw: undefined };
const startedAt = performance.now();
const cpu = process.cpuUsage();
const exitCode = await runWords(["plan", "--quiet", "--detailed-exitcode"], commands, {
  version: async () => "",
  output: () => ({ ...quiet, color: false, noteColor: false, rows: 24, columns: 120 }),
  files: memoryFiles(files),
  clock,
  random: cryptoRandom,
  signal: new AbortController().signal,
  variable: () => undefined,
  postNotice: async () => undefined,
  connectGitHub: async () => undefined,
  connectNetlify: async () => undefined,
  connectFly: async () => ({
    fly,
    reads: fly,
    probe: async () => 0,
    tokens: [],
    logInWrongly: async () => ({ kind: "no-answer", why: "recorded" }),
    holder: "bench",
  }),
});
const { user, system } = process.cpuUsage(cpu);
const measures: PlanMeasures = {
  exitCode,
  requests,
  wallMs: performance.now() - startedAt,
  cpuMs: (user + system) / 1_000,
  peakRssMb: process.resourceUsage().maxRSS / 1_024,
};
console.log(JSON.stringify(measures));
