/** `silo validate` on a fleet, as whole processes, side by side with the tools one would take instead. */

import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleCli } from "../scripts/bundle.ts";
import { makeSilos } from "./validate/make-silos.ts";
import { type Program, peers } from "./validate/peers.ts";

const rounds = 7;
const target = 0.6;
const root = mkdtempSync(join(tmpdir(), "silo-bench-"));
try {
  process.exitCode = await measureAll();
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measureAll(): Promise<number> {
  const dist = join(root, "dist");
  await bundleCli({ root: join(import.meta.dirname, ".."), outdir: dist });
  const empty = join(root, "empty.mjs");
  writeFileSync(empty, "");
  const ours: Program = {
    name: "silo validate",
    command: process.execPath,
    args: [join(dist, "cli.js"), "validate"],
    countBad,
  };
  const floor: Program = { name: "empty node script", command: process.execPath, args: [empty] };
  const programs = [ours, ...peers()];

  const fleet = folder("fleet", 10_000, 100);
  const fleetTimes = measure(fleet, programs, 100);
  const ratio = report("10,000 files, 100 bad", fleetTimes);
  const positions = countPositions(ours, fleet);
  console.log(`files located by file:line:column: ${positions} of 100`);

  report("10,000 files, all bad", measure(folder("bad", 10_000, 10_000), programs, 10_000));
  report("1 file", measure(folder("one", 1, 0), [floor, ...programs], 0), floor);
  console.log(`\nratio to the faster peer: ${ratio.toFixed(2)} (target ${target})`);
  return ratio <= target && positions === 100 ? 0 : 1;
}

function folder(name: string, count: number, bad: number): string {
  const path = join(root, name);
  mkdirSync(path);
  makeSilos(path, count, bad);
  return path;
}

function countBad(output: string): number {
  return Number(/: (\d+) files? of \d+ cannot be used/.exec(output)?.[1] ?? 0);
}

type Times = Map<Program, number[]>;

/** Interleaved: whatever disturbs the machine disturbs all programs alike. */
function measure(cwd: string, programs: readonly Program[], bad: number): Times {
  const times: Times = new Map(programs.map((program) => [program, []]));
  for (const program of programs) expectBad(program, cwd, bad);
  for (let round = 0; round < rounds; round += 1) {
    for (const program of programs) times.get(program)?.push(run(program, cwd).ms);
  }
  return times;
}

interface Run {
  readonly ms: number;
  readonly status: number | null;
  readonly output: string;
}

function run({ command, args }: Program, cwd: string): Run {
  const log = join(root, "output.log");
  const out = openSync(log, "w");
  const start = process.hrtime.bigint();
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", out, out] });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  closeSync(out);
  return { ms, status, output: readFileSync(log, "utf8") };
}

/** A tool that does not find the same bad files is not doing the same work. */
function expectBad(program: Program, cwd: string, bad: number): void {
  if (program.countBad === undefined) return;
  const found = program.countBad(run(program, cwd).output);
  if (found !== bad) throw new Error(`${program.name} finds ${found} bad files instead of ${bad}`);
}

function report(title: string, times: Times, base?: Program): number {
  const [ours, ...others] = [...times.keys()].filter((program) => program !== base);
  const medians = new Map([...times].map(([program, values]) => [program, median(values)]));
  const of = (program: Program | undefined): number =>
    (program === undefined ? undefined : medians.get(program)) ?? Number.NaN;
  console.log(`\n${title} (median of ${rounds} interleaved rounds)`);
  for (const program of times.keys()) {
    const relative = (of(ours) / of(program)).toFixed(2);
    console.log(
      `  ${program.name.padEnd(32)} ${of(program).toFixed(0).padStart(6)} ms   ours/this ${relative}`,
    );
  }
  return of(ours) / Math.min(...others.map(of));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function countPositions(ours: Program, cwd: string): number {
  const { output } = run(ours, cwd);
  return new Set(output.match(/^silos\/\S+\.yml(?=:\d+:\d+: error )/gm)).size;
}
