/**
 * The Service Desk under 200 clients at once: how long they wait, how many are answered, and what it
 * asks of Fly meanwhile, which must not grow with them. The desk is a process of its own.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wallClock } from "#edge/node-effects.ts";
import { startLocalCloud } from "#local/local-cloud.ts";
import { testMasterKey } from "../test/support/a-cloud.ts";
import { tokenOf, tokensYaml } from "../test/support/a-desk.ts";
import { specText } from "../test/support/spec-text.ts";

const seconds = 5;
const silos = 3;
/** Four looks a second, of six machines, for each silo that is asked for; lists and metrics besides. */
const kinds = [
  { name: "/v1/silos", mostMs: 1_000, mostReads: 10, path: () => "/v1/silos" },
  {
    name: "/silo-status",
    mostMs: 1_000,
    mostReads: 24 * silos,
    path: (at: number) => `/silo-status?silo=acme-app${at % silos}`,
  },
  // Looked at anew each time: clients share the looks that a silo gets.
  { name: "/app-context", mostMs: 1_500, mostReads: 40, path: () => "/app-context?silo=acme-app0" },
] as const;

const root = mkdtempSync(join(tmpdir(), "silo-bench-"));
const children: ChildProcess[] = [];
const cloud = await startLocalCloud({
  clock: wallClock,
  port: 0,
  latency: "none",
  seed: 1,
  orgs: [],
  faults: [],
  state: undefined,
  postgresDir: undefined,
});
let isGood = true;
try {
  const url = await openDesk();
  for (const { name, mostMs, mostReads, path } of kinds) {
    console.log(`${name}, ${silos} silos`);
    for (const clients of [10, 200]) {
      const { times, failed, reads } = await load(url, clients, path);
      const p = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
      console.log(
        `  ${String(clients).padStart(3)} clients   ${(times.length / seconds).toFixed(0).padStart(5)} a second   ` +
          `median ${p(0.5).toFixed(0)} ms   p99 ${p(0.99).toFixed(0)} ms (at most ${mostMs})   failed ${failed}   ` +
          `reads of Fly ${(reads / seconds).toFixed(1)} a second (at most ${mostReads})`,
      );
      isGood &&= failed === 0 && p(0.99) <= mostMs && reads / seconds <= mostReads;
    }
  }
} finally {
  for (const child of children) child.kill("SIGTERM");
  await cloud.close();
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = isGood ? 0 : 1;

async function openDesk(): Promise<string> {
  mkdirSync(join(root, "silos"));
  for (let at = 0; at < silos; at++) {
    writeFileSync(join(root, `silos/acme-app${at}.yml`), specText({ app: `app${at}` }));
  }
  const tokens = tokensYaml([{ name: "ops", role: "devops" }]);
  writeFileSync(join(root, "silo.config.yml"), `desk:\n${tokens}`);
  const environment = { ...cloud.environment, SILO_MASTER_KEY: testMasterKey };
  await ended(silo("apply --quiet", environment));
  const keys = await firstLine(silo("desk-keys", environment));
  const desk = silo("desk --listen 0", { ...cloud.environment, SILO_DESK_KEYS: keys });
  return (JSON.parse(await firstLine(desk)) as { url: string }).url;
}

async function load(url: string, clients: number, path: (at: number) => string) {
  const times: number[] = [];
  let failed = 0;
  const headers = { authorization: `Bearer ${tokenOf("ops")}` };
  const before = cloud.fly.requests.length;
  const end = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async (_, at) => {
      while (performance.now() < end) {
        const begun = performance.now();
        const answer = await fetch(`${url}${path(at)}`, { headers });
        await answer.arrayBuffer();
        times.push(performance.now() - begun);
        if (answer.status !== 200) failed++;
      }
    }),
  );
  return { times: times.sort((a, b) => a - b), failed, reads: cloud.fly.requests.length - before };
}

function silo(words: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const program = join(import.meta.dirname, "../src/cli.ts");
  const child = spawn(process.execPath, [program, ...words.split(" ")], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
    child.stdout?.on("data", (part) => {
      text += part;
      if (text.includes("\n")) resolve(text.split("\n")[0] ?? "");
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  await new Promise((resolve) => child.once("exit", resolve));
}
