/**
 * The cold start of the action: from the start of its process to the end of a plan of one silo in
 * which nothing is to be done, as a runner starts it, beside `node -e 0` in the same rounds. The
 * emulated Fly answers over a socket at once. One GET and nothing else is shown beside it: no program
 * that asks anything of Fly can start sooner.
 */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createFlyEmulator } from "#emulators/fly/emulator.ts";
import { listen } from "#emulators/listen.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import { bundleAction } from "../scripts/bundle.ts";
import { testMasterKey } from "../test/support/a-cloud.ts";
import { specText } from "../test/support/spec-text.ts";

const target = 2.0;
const rounds = 31;
const root = join(import.meta.dirname, "..");
const run = promisify(execFile);

const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

const folder = mkdtempSync(join(tmpdir(), "silo-cold-"));
const fly = createFlyEmulator({ clock, limits: "off", workloadFor: createWorkloads({ clock }) });
const server = await listen(fly, { port: 0 });
try {
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  const { kilobytes, files } = await bundleAction({ root, outdir: join(folder, "dist/action") });
  mkdirSync(join(folder, "silos"));
  writeFileSync(join(folder, "silos/acme-erp.yml"), specText());
  await action("apply");
  const get = `require("node:http").get(${JSON.stringify(server.apiUrl)}, (r) => r.resume())`;
  const ratios: number[] = [];
  const [bare, floor, ours]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const nothing = await timed(() => run(process.execPath, ["-e", "0"]));
    floor.push(await timed(() => run(process.execPath, ["-e", get])));
    const plan = await timed(() => action("plan"));
    bare.push(nothing);
    ours.push(plan);
    ratios.push(plan / nothing);
  }
  const ratio = median(ratios);
  console.log(`  node -e 0                    ${median(bare).toFixed(0).padStart(5)} ms`);
  console.log(`  one GET by node:http         ${median(floor).toFixed(0).padStart(5)} ms`);
  console.log(`  plan of one silo, no change  ${median(ours).toFixed(0).padStart(5)} ms`);
  console.log(
    `  ratio ${ratio.toFixed(2)}, at most ${target.toFixed(1)}${ratio <= target ? "" : "  MISSED"}`,
  );
  console.log(`  dist/action: ${files} files, ${kilobytes} kB`);
  process.exitCode = ratio <= target ? 0 : 1;
} finally {
  await server.close();
  await fly.close();
  rmSync(folder, { recursive: true, force: true });
}

function environment(command: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    GITHUB_EVENT_NAME: "schedule",
    GITHUB_SERVER_URL: "https://github.com",
    RUNNER_TEMP: folder,
    FLY_API_BASE_URL: server.apiUrl,
    FLY_PUBLIC_URL: server.proxyUrl,
    INPUT_COMMAND: command,
    "INPUT_FLY-API-TOKEN": "local-token",
    "INPUT_MASTER-KEY": testMasterKey,
  };
}

async function action(command: string): Promise<void> {
  const program = join(folder, "dist/action/main.js");
  await run(process.execPath, [program], { cwd: folder, env: environment(command) });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
