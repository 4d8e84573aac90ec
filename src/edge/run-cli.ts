/** The command line on this process: its effects, its signals, its exit code. */

import { runWords } from "#commands/run-words.ts";
import type { Command, ExitCode } from "#commands/types.ts";
import { cryptoRandom, nodeFiles, wallClock } from "./node-effects.ts";
import { terminalOutput } from "./terminal.ts";

const variable = (name: string): string | undefined => process.env[name];

export async function runCli(
  words: readonly string[],
  commands: readonly Command[],
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const interruptedWith = interruptOn(interrupt);
  const code = await runWords(words, commands, {
    output: terminalOutput,
    version: async () => (await import("./version.ts")).readVersion(),
    files: nodeFiles,
    clock: wallClock,
    random: cryptoRandom,
    variable,
    connectFly: async () => {
      const { connectFly } = await import("./connect-fly.ts");
      return connectFly({ variable, clock: wallClock, random: cryptoRandom });
    },
    connectGitHub: async () => {
      const { connectGitHub } = await import("./connect-github.ts");
      return connectGitHub({ variable, clock: wallClock, random: cryptoRandom });
    },
    connectNetlify: async () => {
      const { connectNetlify } = await import("./connect-netlify.ts");
      return connectNetlify({ variable, clock: wallClock, random: cryptoRandom });
    },
    signal: interrupt.signal,
  });
  if (code !== 130) return code;
  // A call that is never answered would keep the process.
  process.exit(interruptedWith() ?? code);
}

/** The first signal asks for an orderly end; the second one ends at once. */
function interruptOn(interrupt: AbortController): () => ExitCode | undefined {
  let code: ExitCode | undefined;
  const listen = (name: NodeJS.Signals, exitCode: ExitCode) =>
    process.on(name, () => {
      if (code !== undefined) process.exit(exitCode);
      code = exitCode;
      interrupt.abort(new Error(`interrupted by ${name}`));
    });
  listen("SIGINT", 130);
  listen("SIGTERM", 143);
  return () => code;
}
