/** The help texts, made from the catalogue. */

import { globalOptions } from "./catalogue.ts";
import type { Command, Option } from "./types.ts";

const exitCodes = [
  "0   done, warnings included",
  "1   failed; what is done is kept, a second run continues",
  "2   invalid input or usage",
  "3   something to do (--detailed-exitcode)",
  "4   refused by a guard",
  "130 interrupted (143: by SIGTERM); can be run again",
];

export function overview(commands: readonly Command[]): string {
  return [
    "silo: disposable Supabase dev environments on Fly.io, run by GitOps",
    "",
    "Usage: silo COMMAND [SILO…] [OPTIONS]      SILO is acme-erp or a silo_id",
    "",
    "Commands:",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`),
    "",
    "Options of every command:",
    ...optionLines(globalOptions),
    "",
    "Exit codes:",
    ...exitCodes.map((line) => `  ${line}`),
    "",
    "silo COMMAND --help shows options and examples, silo --version the version",
    "",
  ].join("\n");
}

export function commandHelp(command: Command): string {
  const own = command.options.length > 0 ? ["", "Options:", ...optionLines(command.options)] : [];
  const details = command.details ? ["", ...command.details] : [];
  return [
    `Usage: silo ${command.name} ${command.operands}`.trimEnd(),
    "",
    command.summary,
    ...details,
    ...own,
    "",
    "Examples:",
    ...command.examples.flatMap(({ line, text }) => [`  ${line}`, `      ${text}`]),
    "",
  ].join("\n");
}

const optionLines = (options: readonly Option[]) =>
  options.map(({ name, short, value, text }) => {
    const flag = `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;
    return `  ${flag.padEnd(32)} ${text}`;
  });
