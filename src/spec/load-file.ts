/** One file, from its text to data that the schema accepts, or to all that is wrong with it. */

import { isMapping } from "./fill-defaults.ts";
import type { Finding, Problem } from "./finding.ts";
import onDemand from "./on-demand.cjs";
import { parsePlainYaml, placePlainYaml } from "./plain-yaml.ts";
import { positionAt, type Yaml } from "./position.ts";
import type { WhichSchema } from "./schema-walk.ts";
import { findSecrets } from "./secret-look.ts";
import { config, silo } from "./validators.generated.js";

export interface LoadedFile {
  readonly findings: readonly Finding[];
  /** Absent when nothing of the file can be used. What the schema refused is left out of it. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Paths that the schema refused, dotted. */
  readonly faulty: ReadonlySet<string>;
  /** Gives problems found later their place in this file. */
  place(problems: readonly Problem[]): readonly Finding[];
}

export function loadFile(which: WhichSchema, file: string, text: string): LoadedFile {
  const secrets = secretFindings(file, text);
  const plain = parsePlainYaml(text);
  const parsed = plain === undefined ? onDemand.faultyFile().parseYaml(text) : undefined;
  const value = plain ?? parsed?.value;
  // The good path: read by one parser, nothing computed for messages.
  if (isMapping(value) && validators[which](value)) {
    return { findings: secrets, data: value, faulty: none, place: placer(file, text, parsed) };
  }
  const explained = onDemand.faultyFile().explainFile(which, file, text);
  return { ...explained, findings: [...secrets, ...explained.findings] };
}

const validators = { silo, config } as const;
const none: ReadonlySet<string> = new Set();

export const placer =
  (file: string, text: string, parsed: Yaml | undefined) =>
  (problems: readonly Problem[]): readonly Finding[] => {
    if (problems.length === 0) return [];
    const yaml = parsed ?? placePlainYaml(text);
    return problems.map((found) => placed(file, yaml, found));
  };

/** Reads a text for its places. */
export const readForPlaces = (text: string): Yaml | undefined =>
  placePlainYaml(text) ?? onDemand.faultyFile().parseYaml(text);

/** With the place of the problem; the top of the file when it cannot be read again. */
export function placed(file: string, yaml: Yaml | undefined, found: Problem): Finding {
  const { path, at, ...rest } = found;
  const position = yaml?.locate(path, at) ?? { line: 1, column: 1 };
  return { file, ...position, ...rest };
}

function secretFindings(file: string, text: string): readonly Finding[] {
  return findSecrets(text).map(({ offset, what }) => ({
    file,
    ...positionAt(text, offset),
    severity: "error",
    code: "SECRET_VALUE",
    message: `The file contains what looks like ${what}`,
    fix: "Remove it, keep it as a GitHub secret, and replace it where it is used: what was committed counts as leaked",
  }));
}
