/** The command line on this process: its effects, its signals, its exit code. */

import { runWords } from "#commands/run-words.ts";
import type { Command, ExitCode } from "#commands/types.ts";
import { interruptible } from "./interrupt.ts";
import { processSurroundings } from "./surroundings.ts";
import { outliveReaders, terminalOutput } from "./terminal.ts";

export async function runCli(
  words: readonly string[],
  commands: readonly Command[],
): Promise<ExitCode> {
  outliveReaders();
  const interrupt = interruptible();
  const code = await runWords(words, commands, {
    ...processSurroundings({
      variable: (name) => process.env[name],
      makeFetch: async () => (await import("./quick-fetch.ts")).createQuickFetch(),
      signal: interrupt.signal,
    }),
    output: terminalOutput,
  });
  if (code !== 130) return code;
  // A call that is never answered would keep the process.
  process.exit(interrupt.code() ?? code);
}
