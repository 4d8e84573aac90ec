/** One invocation of the command line: parse, run, and end every error as a text and an exit code. */

import { ApiError, Refused } from "#silo/errors.ts";
import { commandHelp, overview } from "./help.ts";
import { parseArguments } from "./parse-arguments.ts";
import type { Command, CommandContext, ExitCode, Output } from "./types.ts";

/** The effects of a command; `output` is told whether colours are wanted. */
export interface Surroundings extends Omit<CommandContext, "operands" | "options" | "output"> {
  readonly output: (wantsColor: boolean) => Output;
}

export async function runWords(
  words: readonly string[],
  commands: readonly Command[],
  { output, ...effects }: Surroundings,
): Promise<ExitCode> {
  try {
    const { command, wantsHelp, wantsColor, operands, options } = parseArguments(
      words,
      commands,
      effects.variable,
    );
    if (wantsHelp || !command) {
      output(wantsColor).write(command ? commandHelp(command) : overview(commands));
      return words.length === 0 ? 2 : 0;
    }
    const { run } = await command.load();
    return await run({ ...effects, operands, options, output: output(wantsColor) });
  } catch (error) {
    const { text, exitCode } = ending(error, effects.signal);
    output(false).note(`${text}\n`);
    return exitCode;
  }
}

function ending(error: unknown, signal: AbortSignal): { text: string; exitCode: ExitCode } {
  if (signal.aborted) {
    return { text: "interrupted; the same command can be run again", exitCode: 130 };
  }
  if (error instanceof Refused) {
    const fix = error.fix ? `\nfix: ${error.fix}` : "";
    return { text: `${error.message}${fix}`, exitCode: error.exitCode };
  }
  if (error instanceof ApiError) return { text: error.message, exitCode: 1 };
  const detail = error instanceof Error ? error.stack : String(error);
  return { text: `This is a bug in silo-manager:\n${detail}`, exitCode: 1 };
}
