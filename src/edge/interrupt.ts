/** The signals of this process. */

import type { ExitCode } from "#commands/types.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came. */
  readonly code: () => ExitCode | undefined;
}

/** The first signal asks for an orderly end; the second one ends at once. */
export function interruptible(): Interrupt {
  const interrupt = new AbortController();
  let code: ExitCode | undefined;
  const listen = (name: NodeJS.Signals, exitCode: ExitCode) =>
    process.on(name, () => {
      if (code !== undefined) process.exit(exitCode);
      code = exitCode;
      interrupt.abort(new Error(`interrupted by ${name}`));
    });
  listen("SIGINT", 130);
  listen("SIGTERM", 143);
  return { signal: interrupt.signal, code: () => code };
}
