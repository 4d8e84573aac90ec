/** The inputs of action.yml, read once. Unset and empty are the same to a runner. */

import { Refused } from "#silo/errors.ts";
import type { Runner } from "./runner.ts";

export interface Inputs {
  readonly command: string;
  readonly silos: readonly string[];
  readonly silosDir: string;
  readonly configFile: string;
  /** Given values of options of the command line, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly switches: readonly string[];
  /** Digest, or sealed plan, that was approved. */
  readonly plan: string | undefined;
  readonly comment: boolean;
  /** The comment that asked for this, of a run that chat started. */
  readonly commentId: number | undefined;
}

const valueNames = ["reason", "role", "for", "shard", "snapshot"] as const;
const switchNames = ["allow-destroy", "heal", "dry-run", "destroy", "expired"] as const;

export function readInputs({ input }: Pick<Runner, "input">): Inputs {
  const given = (name: string): string | undefined => input(name) || undefined;
  const command = given("command");
  if (command === undefined) {
    throw new Refused("The input command is empty", {
      exitCode: 2,
      fix: "say what to do: `with: { command: plan }`",
    });
  }
  const values = valueNames.flatMap((name) => {
    const value = given(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    command,
    silos: silosOf(input("silos")),
    silosDir: given("silos-dir") ?? "silos",
    configFile: given("config") ?? "silo.config.yml",
    values: Object.fromEntries(values),
    switches: switchNames.filter((name) => isTrue(name, input(name))),
    plan: given("plan"),
    comment: isTrue("comment", input("comment")),
    commentId: numberOf("comment-id", input("comment-id")),
  };
}

/** A name that begins with a dash would be an option. */
function silosOf(text: string): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  const wrong = names.find((name) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name));
  if (wrong === undefined) return names;
  throw new Refused(`"${wrong}" cannot be a silo`, {
    exitCode: 2,
    fix: "the input silos takes names as acme-erp, separated by spaces or commas",
  });
}

/** The words that YAML 1.2 and the toolkit take for a boolean. */
function isTrue(name: string, text: string): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)?$/.test(text)) return false;
  throw new Refused(`The input ${name} is "${text}"`, { exitCode: 2, fix: "give true or false" });
}

function numberOf(name: string, text: string): number | undefined {
  if (text === "") return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Refused(`The input ${name} is "${text}"`, { exitCode: 2, fix: "give a number" });
}
