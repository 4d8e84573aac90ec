/** The real command line as child processes, over sockets, against a cloud in real time. */

import { type ChildProcess, spawn } from "node:child_process";
import { on } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFlyEmulator, type FlyEmulator } from "#emulators/fly/emulator.ts";
import { listen } from "#emulators/listen.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import type { Clock } from "#world/effects.ts";
import { testMasterKey } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

const program = join(import.meta.dirname, "../../src/cli.ts");

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RealCloud {
  readonly fly: FlyEmulator;
  /** Writes the spec of `acme-{app}`. */
  write(app: string): void;
  silo(words: string, environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, sent a signal as its n-th call about `acme-{app}` arrives; gives how many came. */
  siloWithSignal(
    words: string,
    app: string,
    signal: NodeJS.Signals,
    nth: number,
    environment?: Readonly<Record<string, string>>,
  ): Promise<Ended & { readonly calls: number }>;
  /** The same, with nobody who reads what it writes. */
  siloUnheard(words: string): Promise<Ended>;
  /** The cloud's time goes on by so much, so that leases end. */
  jump(ms: number): void;
  close(): Promise<void>;
}

export async function realCloud(delayMs: number): Promise<RealCloud> {
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
  };
  const fly = createFlyEmulator({
    clock,
    workloadFor: createWorkloads({ clock }),
    // Runs that follow each other in seconds would wait for them.
    limits: "off",
    faults: [{ match: {}, delayMs }],
  });
  const watchers = new Set<(call: string) => void>();
  const server = await listen(
    {
      proxy: fly.proxy,
      fetch: (input, init) => {
        for (const watch of watchers) watch(`${String(input)} ${String(init?.body ?? "")}`);
        return fly.fetch(input, init);
      },
    },
    { port: 0 },
  );
  const folder = temporaryFolder();
  const start = (words: string, environment: Readonly<Record<string, string>> = {}) =>
    startSilo(folder, words, {
      FLY_API_TOKEN: "local",
      FLY_API_BASE_URL: server.apiUrl,
      FLY_PUBLIC_URL: server.proxyUrl,
      SILO_MASTER_KEY: testMasterKey,
      ...environment,
    });
  return {
    fly,
    write: (app) => writeFileSync(join(folder, `silos/acme-${app}.yml`), specText({ app })),
    silo: (words, environment) => start(words, environment).ended,
    async siloWithSignal(words, app, signal, nth, environment) {
      const { child, ended } = start(words, environment);
      let count = 0;
      const watch = (call: string) => {
        if (call.includes(`devenv-acme-${app}-`) && ++count === nth) child.kill(signal);
      };
      watchers.add(watch);
      const end = await ended;
      watchers.delete(watch);
      return { ...end, calls: count };
    },
    siloUnheard: (words) => {
      const { child, ended } = start(words);
      child.stdout?.destroy();
      child.stderr?.destroy();
      return ended;
    },
    jump: (ms) => {
      ahead += ms;
    },
    close: async () => {
      await server.close();
      await fly.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "silo-processes-"));
  mkdirSync(join(folder, "silos"));
  return folder;
}

/** What `source local.env` in that folder would set. */
export const environmentIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readFileSync(join(folder, "local.env"), "utf8").matchAll(/^export (\w+)='(.*)'$/gm)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );

/** The command line as a child process that knows nothing of this one's environment. */
export function startSilo(
  folder: string,
  words: string,
  environment: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<Ended>; firstLine(): Promise<string> } {
  const child = spawn(process.execPath, [program, ...words.split(" ")], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on("data", (chunk) => out.push(String(chunk)));
  child.stderr.on("data", (chunk) => err.push(String(chunk)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) =>
      resolve({ exitCode, signal, stdout: out.join(""), stderr: err.join("") }),
    );
  });
  const firstLine = async () => {
    for await (const _ of on(child.stdout, "data", { close: ["close"] })) {
      const text = out.join("");
      if (text.includes("\n")) return text.slice(0, text.indexOf("\n"));
    }
    throw new Error(`It ended without a line: ${err.join("")}`);
  };
  return { child, ended, firstLine };
}
