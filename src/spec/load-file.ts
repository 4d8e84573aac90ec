/** One file, from its text to data that the schema accepts, or to all that is wrong with it. */

import { explainYaml } from "./explain-yaml.ts";
import { isMapping, without } from "./fill-defaults.ts";
import type { Finding, Problem } from "./finding.ts";
import { locate, positionAt } from "./locate.ts";
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
  const yaml = parseYaml(text);
  // The good path: everything is shared, nothing is computed.
  if (yaml !== undefined && validators[which](yaml.value) && isMapping(yaml.value)) {
    return { findings: secrets, data: yaml.value, faulty: none, place: placer(file, yaml) };
  }
  const explained = yaml === undefined ? explainYaml(text) : { faults: [], yaml };
  const faults = explained.faults.map((fault): Finding => ({ file, severity: "error", ...fault }));
  const readable = explained.yaml;
  if (readable === undefined) {
    return { findings: [...secrets, ...faults], faulty: none, place: () => [] };
  }
  const place = placer(file, readable);
  const isGood = validators[which](readable.value);
  const errors = isGood ? [] : (validators[which].errors ?? []);
  const refused = faultyPaths(errors);
  return {
    findings: [...secrets, ...faults, ...place(schemaProblems(which, readable.value, errors))],
    ...(isMapping(readable.value) ? { data: without(readable.value, refused) } : {}),
    faulty: new Set(refused.map(dotted)),
    place,
  };
}

const validators = { silo, config } as const;
const none: ReadonlySet<string> = new Set();

const placer =
  (file: string, yaml: Yaml) =>
  (problems: readonly Problem[]): readonly Finding[] =>
    problems.map(({ path, at, severity, code, message, fix }) => ({
      file,
      ...locate(yaml, path, at),
      severity,
      code,
      message,
      fix,
    }));

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
