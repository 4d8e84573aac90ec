import { modes } from "./strikes.ts";
import type { Cell } from "./sweep.ts";

const columns = [...Object.keys(modes), "pairs"];

/** A row a command and world, a column for each kind of what goes wrong. */
export function sweepTable(cells: readonly Cell[]): string {
  const head = ["command", "world", "ends with", ...columns, "cases", "wounds"];
  const rows = cells.map((cell) => [
    cell.command,
    cell.start,
    String(cell.exitCode),
    ...columns.map((column) => String(cell.cases.get(column) ?? 0)),
    String(countOf(cell)),
    String(cell.wounds.length),
  ]);
  const total = head.map((_title, index) =>
    index < 3 ? (index === 0 ? "all" : "") : String(sum(rows.map((row) => Number(row[index])))),
  );
  return [head, head.map(() => "---"), ...rows, total]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

export const countOf = ({ cases }: Cell): number => sum([...cases.values()]);

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);
