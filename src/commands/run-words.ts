/** One invocation of the command line: parse, run, and end every error as a text and an exit code. */

import { ApiError, Refused } from "#silo/errors.ts";
import { plainJson, plainLines, plainText } from "#silo/plain-text.ts";
import { commandHelp, overview } from "./help.ts";
import { parseArguments } from "./parse-arguments.ts";
import { systemErrorText } from "./system-error-text.ts";
import type { Command, CommandContext, ExitCode, Output } from "./types.ts";

/** The effects of a command; `output` is told whether colours are wanted. */
export interface Surroundings extends Omit<CommandContext, "operands" | "options" | "output"> {
  readonly output: (wantsColor: boolean) => Output;
  readonly version: () => Promise<string>;
}

/** For an interrupted command to take its step to an end and let go of its lock. */
const graceMs = 5_000;

export async function runWords(
  words: readonly string[],
  commands: readonly Command[],
  { output, version, ...effects }: Surroundings,
): Promise<ExitCode> {
  try {
    if (words[0] === "--version") {
      output(false).write(`${await version()}\n`);
      return 0;
    }
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
    const shown = options.format === "json" ? plain(output(wantsColor)) : output(wantsColor);
    const running = run({ ...effects, operands, options, output: shown });
    if (command.endsBySignal) return await running;
    const exitCode = await endedInTime(running, effects);
    return effects.signal.aborted ? 130 : exitCode;
  } catch (error) {
    const { text, exitCode } = ending(error, effects.signal, effects.variable);
    output(false).note(`${text}\n`);
    return exitCode;
  }
}

/** A document that is printed in a log of a workflow is data there, too. */
const plain = (output: Output): Output => ({
  ...output,
  write: (text) => output.write(plainJson(text)),
});

/** Throws when the command goes on although it was interrupted: a call may never be answered. */
async function endedInTime<T>(
  running: Promise<T>,
  { clock, signal }: Pick<Surroundings, "clock" | "signal">,
): Promise<T> {
  const over = new AbortController();
  let startGrace = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    startGrace = () =>
      void clock.sleep(graceMs, over.signal).then(
        () => reject(signal.reason),
        () => undefined,
      );
  });
  if (signal.aborted) startGrace();
  else signal.addEventListener("abort", startGrace, { once: true });
  try {
    return await Promise.race([running, late]);
  } finally {
    signal.removeEventListener("abort", startGrace);
    over.abort();
  }
}

/** How an error ends a command: never by a stack trace, unless it is a bug. */
export function ending(
  error: unknown,
  signal: AbortSignal,
  variable: (name: string) => string | undefined = () => undefined,
): { text: string; exitCode: ExitCode } {
  if (signal.aborted) {
    return { text: "interrupted; the same command can be run again", exitCode: 130 };
  }
  if (error instanceof Refused) {
    const fix = error.fix ? `\nfix: ${error.fix}` : "";
    return { text: plainLines(`${error.message}${fix}`), exitCode: error.exitCode };
  }
  if (error instanceof ApiError) {
    const isSilent = error.facts.provider === "fly" && error.facts.status === undefined;
    const local = isSilent && localCloudOf(variable);
    const fix = local
      ? `\nfix: is the local cloud of ${local} running? \`silo emulate\` starts one`
      : "";
    return { text: plainLines(`${plainText(error.message)}${fix}`), exitCode: 1 };
  }
  const system = systemErrorText(error);
  if (system !== undefined) return { text: plainText(system), exitCode: 2 };
  const detail = (error instanceof Error && error.stack) || String(error);
  return { text: `This is a bug in silo-manager:\n${plainLines(detail)}`, exitCode: 1 };
}

function localCloudOf(variable: (name: string) => string | undefined): string | undefined {
  const url = variable("FLY_API_BASE_URL");
  return url !== undefined && /^http:\/\/(127\.|localhost\b)/.test(url) ? url : undefined;
}
