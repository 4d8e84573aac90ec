/** This program run as a child of itself, and a folder of its own to run in. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface ChildSettings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs `silo …words` with the terminal of the parent; resolves with its exit code. */
export function runSelf(words: readonly string[], settings: ChildSettings): Promise<number> {
  const program = resolve(process.argv[1] ?? "");
  const { PATH, TERM, NO_COLOR } = process.env;
  const inherited = Object.entries({ PATH, TERM, NO_COLOR }).filter(([, value]) => value);
  const child = spawn(process.execPath, [program, ...words], {
    cwd: settings.cwd,
    // Nothing else: a real token of the shell must never reach a demo.
    env: { ...Object.fromEntries(inherited), ...settings.environment },
    stdio: "inherit",
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "silo-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
