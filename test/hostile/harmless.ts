/** What must hold of everything that is printed, whoever wrote what is in it. */

import { expect } from "vitest";
import type { Run } from "../support/a-cloud.ts";

/** As the runner finds them: at the start of a line behind any space, or `##[` anywhere. */
export const workflowCommands = (text: string): readonly string[] =>
  text.split(/\r\n|\n|\r/).filter((line) => /^\s*::|##\[/u.test(line));

/** What drives a terminal, starts a line of its own, or turns the direction of text. */
export const controls = (text: string): readonly string[] =>
  text.match(/(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu) ?? [];

const documented = [0, 1, 2, 3, 4];

export function expectHarmless({
  exitCode,
  stdout,
  stderr,
}: Pick<Run, "exitCode" | "stdout" | "stderr">) {
  const text = `${stdout}\n${stderr}`;
  expect(documented, text).toContain(exitCode);
  expect(text).not.toContain("bug in silo-manager");
  expect(workflowCommands(text)).toEqual([]);
  expect(controls(text)).toEqual([]);
}

/** No cell of a Markdown table has become two, and no tag is there but the renderers' own. */
export function expectOwnMarkup(markdown: string): void {
  const tables = markdown.split(/\n(?!\|)/).map((block) => block.match(/^\|.*$/gm) ?? []);
  for (const rows of tables)
    expect(new Set(rows.map(cellsOf)).size, rows.join("\n")).toBeLessThan(2);
  for (const tag of markdown.match(/<[^>]*>/g) ?? []) {
    expect(tag).toMatch(/^<(\/?(details|summary|b|code|sub)|details open|br)>$/);
  }
}

/** As GitHub counts them. */
const cellsOf = (row: string): number => row.replaceAll("\\|", "").split("|").length;
