/** Inputs → the words of a command line. */

import type { Command } from "#commands/types.ts";
import { Refused } from "#silo/errors.ts";
import type { Inputs } from "./inputs.ts";

/** A workflow with one form for many commands hands on what some of them have no use for. */
const harmless: readonly string[] = ["reason"];

export function wordsOf(
  inputs: Inputs,
  command: Command,
): { readonly words: readonly string[]; readonly unused: readonly string[] } {
  const { values, switches, silos, silosDir, configFile } = inputs;
  const isKnown = (name: string) => command.options.some((option) => option.name === name);
  const operands = [...silos];
  const words: string[] = [];
  const unused: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    // In one word, so that no value can be taken for an option.
    if (isKnown(name)) words.push(`--${name}=${value}`);
    else if (name === "for" && command.operands.includes("TIME")) operands.push(value);
    else unused.push(name);
  }
  for (const name of switches) {
    if (isKnown(name)) words.push(`--${name}`);
    else unused.push(name);
  }
  const wrong = unused.filter((name) => !harmless.includes(name));
  if (wrong.length > 0) {
    throw new Refused(`${command.name} has no use for the input ${wrong.join(", ")}`, {
      exitCode: 2,
      fix: "leave it out, or choose the command that it is for",
    });
  }
  const where = [`--silos-dir=${silosDir}`, `--config=${configFile}`];
  return { words: [command.name, ...where, ...words, "--", ...operands], unused };
}
