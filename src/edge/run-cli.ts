/** One invocation: effects are made here, errors end here as a text and an exit code. */

import { commandHelp, overview } from "#commands/help.ts";
import { type Invocation, parseArguments } from "#commands/parse-arguments.ts";
import type { Command, ExitCode } from "#commands/types.ts";
import { ApiError, Refused } from "#silo/errors.ts";
import { cryptoRandom, nodeFiles, wallClock } from "./node-effects.ts";
import { terminalOutput } from "./terminal.ts";

const variable = (name: string): string | undefined => process.env[name];

export async function runCli(
  words: readonly string[],
  commands: readonly Command[],
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const end = interruptOn(interrupt);
  try {
    const invocation = parseArguments(words, commands, variable);
    const output = terminalOutput(invocation.wantsColor);
    if (invocation.wantsHelp || !invocation.command) {
      output.write(invocation.command ? commandHelp(invocation.command) : overview(commands));
      return words.length === 0 ? 2 : 0;
    }
    return await runCommand(invocation.command, invocation, interrupt.signal);
  } catch (error) {
    return end() ?? report(error);
  }
}

async function runCommand(
  command: Command,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { run } = await command.load();
  return run({
    operands: invocation.operands,
    options: invocation.options,
    output: terminalOutput(invocation.wantsColor),
    files: nodeFiles,
    clock: wallClock,
    random: cryptoRandom,
    variable,
    connectFly: async () => {
      const { connectFly } = await import("./connect-fly.ts");
      return connectFly({ variable, clock: wallClock, random: cryptoRandom });
    },
    signal,
  });
}

/** The first signal asks for an orderly end; the second one ends at once. */
function interruptOn(interrupt: AbortController): () => ExitCode | undefined {
  let code: ExitCode | undefined;
  for (const [name, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(name, () => {
      if (code !== undefined) process.exit(exitCode);
      code = exitCode;
      interrupt.abort(new Error(`interrupted by ${name}`));
    });
  }
  return () => code;
}

function report(error: unknown): ExitCode {
  if (error instanceof Refused) {
    process.stderr.write(`${error.message}\n${error.fix ? `fix: ${error.fix}\n` : ""}`);
    return error.exitCode;
  }
  if (error instanceof ApiError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  process.stderr.write(
    `This is a bug in silo-manager:\n${error instanceof Error ? error.stack : error}\n`,
  );
  return 1;
}
