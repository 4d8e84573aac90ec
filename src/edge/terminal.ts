/** Standard output and error, as a command sees them. */

import type { Output } from "#commands/types.ts";

const defaultColumns = 100;
const defaultRows = 24;

export function terminalOutput(wantsColor: boolean): Output {
  const { stdout, stderr } = process;
  const isTerminal = stderr.isTTY === true;
  return {
    write: (text) => void stdout.write(text),
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
