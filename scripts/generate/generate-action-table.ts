/** The inputs and outputs of action.yml as tables of docs/github.md. */

import { parse } from "yaml";

interface Described {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described>>;
}

const begin = "<!-- generated from action.yml: begin -->";
const end = "<!-- generated from action.yml: end -->";

/** The page with what stands between the two marks made again. */
export function generateActionTable(page: string, action: string): string {
  const { inputs, outputs }: ActionFile = parse(action);
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error("docs/github.md has lost its marks");
  return `${before}${begin}\n\n${inputTable(inputs)}\n\n${outputTable(outputs)}\n\n${end}${after}`;
}

const inputTable = (inputs: ActionFile["inputs"]): string =>
  [
    "| input | is | default |",
    "| --- | --- | --- |",
    ...Object.entries(inputs).map(
      ([name, { description, required, default: value }]) =>
        `| \`${name}\` | ${cell(description)} | ${required ? "required" : value ? `\`${value}\`` : ""} |`,
    ),
  ].join("\n");

const outputTable = (outputs: ActionFile["outputs"]): string =>
  [
    "| output | is |",
    "| --- | --- |",
    ...Object.entries(outputs).map(
      ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
    ),
  ].join("\n");

const cell = (text: string): string => text.replaceAll("|", "\\|");
