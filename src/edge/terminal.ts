/** Standard output and error, as a command sees them. */

import type { Output } from "#commands/types.ts";

const defaultColumns = 100;
const defaultRows = 24;

let isRead = true;

/**
 * Whoever reads may hang up, as `head` does: that is no reason to leave a silo half started. What is
 * written from then on is lost.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (stream === process.stdout) isRead = false;
    });
  }
}

export function terminalOutput(wantsColor: boolean): Output {
  const { stdout, stderr } = process;
  const isTerminal = stderr.isTTY === true;
  return {
    write: (text) => void stdout.write(text),
    isRead: () => isRead,
    note: (text) => void stderr.write(text),
    redraw: isTerminal
      ? (lines, text) => void stderr.write(`${lines > 0 ? `\u001b[${lines}A\u001b[J` : ""}${text}`)
      : undefined,
    color: wantsColor && stdout.isTTY === true,
    noteColor: wantsColor && isTerminal,
    columns: stderr.columns ?? defaultColumns,
    rows: stderr.rows ?? defaultRows,
  };
}
