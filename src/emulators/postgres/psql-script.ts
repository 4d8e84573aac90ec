/** Runs a script as psql does: statement by statement, with its own backslash commands. */

import type { SqlSession } from "./database.ts";
import type { PsqlOptions } from "./psql-options.ts";
import { printMessage, printResult } from "./psql-print.ts";
import { readScript, type ScriptPart } from "./sql-script.ts";

export interface PsqlRun {
  readonly session: SqlSession;
  readonly options: PsqlOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly variables: Map<string, string>;
  readonly stdout: string[];
  readonly stderr: string[];
}

/** The exit code: 3 when a statement failed under ON_ERROR_STOP. `name` is shown in messages. */
export async function runScript(run: PsqlRun, text: string, name: string): Promise<number> {
  for (const part of readScript(text, (variable) => run.variables.get(variable))) {
    const prefix = `psql:${name}:${part.line}: `;
    if (part.kind === "command" && (part.name === "q" || part.name === "quit")) return 0;
    const good =
      part.kind === "sql"
        ? await runStatement(run, part.text, prefix)
        : await runCommand(run, part, prefix);
    if (!good && isOn(run.variables.get("ON_ERROR_STOP"))) return 3;
  }
  return 0;
}

export const isOn = (value: string | undefined): boolean =>
  value !== undefined && !["", "0", "off", "false", "no"].includes(value.toLowerCase());

async function runStatement(run: PsqlRun, text: string, prefix: string): Promise<boolean> {
  const answer = await run.session.query(text);
  run.stdout.push(...answer.results.map((result) => printResult(result, run.options)));
  run.stderr.push(...answer.notices.map((notice) => printMessage(notice, text, prefix)));
  if (answer.error) run.stderr.push(printMessage(answer.error, text, prefix));
  return answer.error === undefined;
}

type Command = Extract<ScriptPart, { kind: "command" }>;

async function runCommand(run: PsqlRun, command: Command, prefix: string): Promise<boolean> {
  const words = splitWords(command.rest, run);
  switch (command.name) {
    case "set":
      run.variables.set(words[0] ?? "", words.slice(1).join(""));
      return true;
    case "unset":
      run.variables.delete(words[0] ?? "");
      return true;
    case "echo":
      run.stdout.push(`${words.join(" ")}\n`);
      return true;
    case "g":
      return runStatement(run, command.pending, prefix);
    case "gexec":
      return runEachCell(run, command.pending, prefix);
    case "pset":
    case "timing":
    case "encoding":
      return true;
    default:
      run.stderr.push(`${prefix}error: invalid command \\${command.name}\n`);
      return false;
  }
}

async function runEachCell(run: PsqlRun, query: string, prefix: string): Promise<boolean> {
  const { results, error } = await run.session.query(query);
  if (error) run.stderr.push(printMessage(error, query, prefix));
  let good = error === undefined;
  for (const cell of results.flatMap(({ rows }) => rows.flat())) {
    if (cell === null || (await runStatement(run, cell, prefix))) continue;
    good = false;
    if (isOn(run.variables.get("ON_ERROR_STOP"))) break;
  }
  return good;
}

/** Words of a backslash command: quoted, in backticks (only `echo "$NAME"`), or a variable. */
function splitWords(text: string, run: PsqlRun): string[] {
  const words = text.match(/`[^`]*`|'(?:[^']|'')*'|:'\w+'|\S+/g) ?? [];
  return words.map((word) => {
    if (word.startsWith("`")) {
      const name = /^`\s*(?:echo|printf %s)\s+"?\$\{?(\w+)\}?"?\s*`$/.exec(word)?.[1];
      return name ? (run.env[name] ?? "") : "";
    }
    if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'");
    const variable = /^:'?(\w+)'?$/.exec(word)?.[1];
    return variable ? (run.variables.get(variable) ?? word) : word;
  });
}
