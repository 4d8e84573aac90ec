/** How psql prints results, tags and messages. */

import type { SqlMessage, SqlResult } from "./database.ts";
import type { PsqlOptions } from "./psql-options.ts";

export function printResult(result: SqlResult, options: PsqlOptions): string {
  const table = result.columns.length > 0 ? printTable(result, options) : "";
  const tagged = result.tag !== "" && !/^(SELECT|SHOW|FETCH|EXPLAIN)\b/.test(result.tag);
  const showTag = tagged || (result.columns.length === 0 && result.tag !== "");
  return showTag && !options.quiet ? `${table}${result.tag}\n` : table;
}

/** `text` is the query that the position points into. */
export function printMessage(message: SqlMessage, text: string, prefix: string): string {
  const lines = [`${prefix}${message.severity}:  ${message.message}`];
  if (message.position !== undefined) lines.push(...caret(text, message.position));
  if (message.detail) lines.push(`DETAIL:  ${message.detail}`);
  if (message.hint) lines.push(`HINT:  ${message.hint}`);
  if (message.context && message.severity !== "NOTICE") lines.push(`CONTEXT:  ${message.context}`);
  return `${lines.join("\n")}\n`;
}

function printTable(result: SqlResult, options: PsqlOptions): string {
  const names = result.columns.map(({ name }) => name);
  const rows = result.rows.map((row) => row.map((cell) => cell ?? ""));
  if (options.format === "csv") {
    const lines = options.tuplesOnly ? rows : [names, ...rows];
    return lines.map((line) => `${line.map(csvCell).join(",")}\n`).join("");
  }
  if (options.expanded) return printExpanded(names, rows, options);
  const footer = `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`;
  if (options.format === "unaligned") {
    const lines = (options.tuplesOnly ? rows : [names, ...rows]).map((line) =>
      line.join(options.fieldSeparator),
    );
    if (!options.tuplesOnly) lines.push(footer);
    return lines.map((line) => `${line}${options.recordSeparator}`).join("");
  }
  return printAligned(result, names, rows, options.tuplesOnly ? undefined : footer);
}

function printAligned(
  result: SqlResult,
  names: readonly string[],
  rows: readonly string[][],
  footer: string | undefined,
): string {
  const headed = footer !== undefined;
  const widths = names.map((name, at) =>
    Math.max(headed ? name.length : 0, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const lines: string[] = [];
  if (headed) {
    lines.push(names.map((name, at) => ` ${centred(name, widths[at] ?? 0)} `).join("|"));
    lines.push(widths.map((width) => "-".repeat(width + 2)).join("+"));
  }
  for (const row of rows) {
    const cells = row.map((cell, at) => {
      const width = widths[at] ?? 0;
      const last = at === row.length - 1;
      if (result.columns[at]?.numeric) return ` ${cell.padStart(width)}${last ? "" : " "}`;
      return last ? ` ${cell}` : ` ${cell.padEnd(width)} `;
    });
    lines.push(cells.join("|"));
  }
  if (headed) lines.push(footer);
  return `${lines.join("\n")}\n\n`.replace(/^\n\n$/, "\n");
}

function printExpanded(
  names: readonly string[],
  rows: readonly string[][],
  options: PsqlOptions,
): string {
  if (options.format === "unaligned") {
    const separator = options.fieldSeparator;
    const records = rows.map((row) =>
      row.map((cell, at) => `${names[at]}${separator}${cell}\n`).join(""),
    );
    return records.join("\n");
  }
  const nameWidth = Math.max(0, ...names.map(({ length }) => length));
  const valueWidth = Math.max(0, ...rows.flat().map(({ length }) => length));
  const records = rows.map((row, index) => {
    const head = `-[ RECORD ${index + 1} ]`;
    const joint = head.length <= nameWidth + 1 ? `${head.padEnd(nameWidth + 1, "-")}+` : head;
    const rule = joint.padEnd(nameWidth + 3 + valueWidth, "-");
    const lines = row.map((cell, at) => `${(names[at] ?? "").padEnd(nameWidth)} | ${cell}`);
    return [...(options.tuplesOnly ? [] : [rule]), ...lines].join("\n");
  });
  return records.length > 0 ? `${records.join("\n")}\n\n` : "(0 rows)\n\n";
}

/** An odd space goes to the right, as in psql. */
function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${" ".repeat(left)}${text}`.padEnd(width);
}

const csvCell = (cell: string): string =>
  /[",\r\n]/.test(cell) || cell === "\\." ? `"${cell.replaceAll('"', '""')}"` : cell;

function caret(text: string, position: number): string[] {
  const before = Array.from(text)
    .slice(0, position - 1)
    .join("");
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const source = text.slice(start).split("\n", 1)[0] ?? "";
  const label = `LINE ${line}: `;
  return [`${label}${source}`, `${" ".repeat(label.length + before.length - start)}^`];
}
