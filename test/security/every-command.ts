/**
 * Lines that run every command of the catalogue at its noisiest, made from the catalogue itself: the
 * examples of its help, in every format it has. A new command is in it without an edit.
 */

import { globalOptions } from "#commands/catalogue.ts";
import type { Command } from "#commands/types.ts";

/** Only said by examples with a file of the reader's own. */
const unfit = /[<>]|--watch/;

export function linesOf({ name, examples, options }: Command): readonly string[] {
  const own = examples.map(({ line }) => line.replace(/^silo /, "").replace(/ [|>].*$/, ""));
  const lines = [name, ...own.filter((line) => !unfit.test(line))];
  const named = [...options, ...globalOptions].find((option) => option.name === "format");
  const formats = (named?.value ?? "text").split("|");
  return [
    ...new Set([
      ...lines,
      ...lines
        .filter((line) => !line.includes("--format"))
        .flatMap((line) => formats.map((format) => `${line} --format ${format}`)),
      `${name} --help`,
    ]),
  ];
}
