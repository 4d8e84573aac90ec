/** What comes of a file, and how problems get their place in it. */

import type { Finding, Problem } from "./finding.ts";
import { placePlainYaml } from "./plain-yaml.ts";
import type { Yaml } from "./position.ts";

export type WhichSchema = "silo" | "config";

export interface LoadedFile {
  readonly findings: readonly Finding[];
  /** Absent when nothing of the file can be used. What the schema refused is left out of it. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Paths that the schema refused, dotted. */
  readonly faulty: ReadonlySet<string>;
  /** Gives problems found later their place in this file. */
  place(problems: readonly Problem[]): readonly Finding[];
}

export const placer =
  (file: string, text: string, parsed: Yaml | undefined) =>
  (problems: readonly Problem[]): readonly Finding[] => {
    if (problems.length === 0) return [];
    const yaml = parsed ?? placePlainYaml(text);
    return problems.map((found) => placed(file, yaml, found));
  };

/** With the place of the problem; the top of the file when it cannot be read again. */
export function placed(file: string, yaml: Yaml | undefined, found: Problem): Finding {
  const { path, at, ...rest } = found;
  const position = yaml?.locate(path, at) ?? { line: 1, column: 1 };
  return { file, ...position, ...rest };
}
