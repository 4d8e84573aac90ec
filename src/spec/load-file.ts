/** One file, from its text to data that the schema accepts, or to all that is wrong with it. */

import { explainYaml } from "./explain-yaml.ts";
import { isMapping, without } from "./fill-defaults.ts";
import type { Finding, Problem } from "./finding.ts";
import { locate, positionAt } from "./locate.ts";
import { parsePlainYaml } from "./plain-yaml.ts";
import { faultyPaths, schemaProblems } from "./schema-problems.ts";
import type { WhichSchema } from "./schema-walk.ts";
import { findSecrets } from "./secret-look.ts";
import { dotted } from "./show.ts";
import { config, silo } from "./validators.generated.js";
import { parseYaml, type Yaml } from "./yaml-events.ts";

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
  const parsed = plain === undefined ? parseYaml(text) : undefined;
  const value = plain ?? parsed?.value;
  // The good path: read by one parser, nothing computed for messages.
  if (isMapping(value) && validators[which](value)) {
    return { findings: secrets, data: value, faulty: none, place: placer(file, text, parsed) };
  }
  return explainFile(which, file, text, secrets);
}

function explainFile(
  which: WhichSchema,
  file: string,
  text: string,
  secrets: readonly Finding[],
): LoadedFile {
  const parsed = parseYaml(text);
  const { faults, yaml } = parsed === undefined ? explainYaml(text) : { faults: [], yaml: parsed };
  const syntax = faults.map((fault): Finding => ({ file, severity: "error", ...fault }));
  if (yaml === undefined) {
    return { findings: [...secrets, ...syntax], faulty: none, place: () => [] };
  }
  const place = placer(file, text, yaml);
  const errors = validators[which](yaml.value) ? [] : (validators[which].errors ?? []);
  const refused = faultyPaths(errors);
  return {
    findings: [...secrets, ...syntax, ...place(schemaProblems(which, yaml.value, errors))],
    ...(isMapping(yaml.value) ? { data: without(yaml.value, refused) } : {}),
    faulty: new Set(refused.map(dotted)),
    place,
  };
}

const validators = { silo, config } as const;
const none: ReadonlySet<string> = new Set();

const placer =
  (file: string, text: string, parsed: Yaml | undefined) =>
  (problems: readonly Problem[]): readonly Finding[] => {
    if (problems.length === 0) return [];
    const yaml = parsed ?? parseYaml(text);
    return problems.map((found) => placed(file, yaml, found));
  };

/** With the place of the problem; the top of the file when it cannot be read again. */
export function placed(file: string, yaml: Yaml | undefined, found: Problem): Finding {
  const { path, at, ...rest } = found;
  const position = yaml === undefined ? { line: 1, column: 1 } : locate(yaml, path, at);
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
