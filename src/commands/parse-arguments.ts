/** Words of the command line → command, operands and options. */

import { parseArgs } from "node:util";
import { Refused } from "#silo/errors.ts";
import { didYouMean } from "#spec/did-you-mean.ts";
import { globalOptions } from "./catalogue.ts";
import type { Command, CommandOptions, Option } from "./types.ts";

export interface Invocation {
  readonly command: Command | undefined;
  readonly wantsHelp: boolean;
  readonly operands: readonly string[];
  readonly options: CommandOptions;
  readonly wantsColor: boolean;
}

const allFormats = ["text", "json", "markdown", "github"] as const;

export function parseArguments(
  words: readonly string[],
  commands: readonly Command[],
  variable: (name: string) => string | undefined,
): Invocation {
  const [name, ...rest] = words;
  if (name === "help" && rest[0] !== undefined) {
    return {
      ...parseOptions([], globalOptions, variable),
      command: named(rest[0], commands),
      wantsHelp: true,
    };
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    return { ...parseOptions([], globalOptions, variable), command: undefined, wantsHelp: true };
  }
  const command = named(name, commands);
  const known = [...globalOptions, ...command.options];
  const invocation = { ...parseOptions(rest, known, variable, name), command };
  const [stray] = invocation.operands;
  if (command.operands === "" && stray !== undefined) {
    throw new Refused(`silo ${name} takes no name, and "${stray}" was given`, {
      exitCode: 2,
      fix: `silo ${name}`,
    });
  }
  return invocation;
}

function named(name: string, commands: readonly Command[]): Command {
  const command = commands.find((one) => one.name === name);
  if (!command) throw unknownCommand(name, commands);
  return command;
}

function parseOptions(
  words: readonly string[],
  known: readonly Option[],
  variable: (name: string) => string | undefined,
  name?: string,
): Omit<Invocation, "command"> {
  const { values, positionals } = parse(words, known, name ?? "COMMAND");
  const formats = formatsOf(known);
  const format = formats.find((one) => one === (values.format ?? "text"));
  if (!format) {
    throw new Refused(`There is no format "${String(values.format)}"`, {
      exitCode: 2,
      fix: `use one of ${formats.join(", ")}`,
    });
  }
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    operands: positionals,
    wantsHelp: values.help === true,
    wantsColor: values["no-color"] !== true && !variable("NO_COLOR"),
    options: {
      format,
      silosDir: text("silos-dir") ?? "silos",
      configFile: text("config") ?? "silo.config.yml",
      quiet: values.quiet === true,
      has: (option) => values[option] === true,
      value: text,
    },
  };
}

/** The command's own option says more than the one of every command. */
function formatsOf(known: readonly Option[]) {
  const own = known.findLast(({ name }) => name === "format")?.value?.split("|") ?? [];
  return allFormats.filter((one) => own.includes(one));
}

function parse(words: readonly string[], known: readonly Option[], name: string) {
  const options = Object.fromEntries(
    known.map(({ name: option, short, value }) => [
      option,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short && { short }),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new Refused(message.replace(/\. To specify.*$/, ""), {
      exitCode: 2,
      fix: `see \`silo ${name} --help\``,
    });
  }
}

function unknownCommand(name: string, commands: readonly Command[]): Refused {
  const near = didYouMean(
    name,
    commands.map((command) => command.name),
  );
  return new Refused(`There is no command "${name}"`, {
    exitCode: 2,
    fix: near ? `did you mean \`silo ${near}\`?` : "see `silo --help`",
  });
}
