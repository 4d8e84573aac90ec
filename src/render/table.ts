/** Columns of text for a terminal. */

import type { Style } from "./style.ts";

/** Columns from `numbers` on are numbers, and end at the same place. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: number,
  style: Style,
): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column < numbers ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [style.dim(line(head)), ...rows.map(line)].join("\n");
}
