/** The SQL files of the chosen silos, for the commands that apply them or say what is to be applied. */

import { Refused } from "#silo/errors.ts";
import { findingLine, isError } from "#spec/finding.ts";
import { makeSqlLoader } from "#spec/load-sql.ts";
import type { CommandContext, Specs } from "./types.ts";

/**
 * A file that cannot be used refuses an apply (exit 2). It keeps no silo from being started: there its
 * faults are told, and none of its silo's files is applied.
 */
export function withSqlFiles(
  { files, output, options }: CommandContext,
  specs: Specs,
  faults: "refuse" | "tell",
): Specs {
  const load = makeSqlLoader(files);
  const lines = new Set<string>();
  const selected = specs.selected.map((silo) => {
    const { sqlFiles, findings } = load(silo);
    const isFaulty = findings.some(isError);
    if (isFaulty && faults === "refuse") {
      throw new Refused(findings.filter(isError).map(findingLine).join("\n"), { exitCode: 2 });
    }
    for (const finding of findings) lines.add(findingLine(finding));
    return isFaulty ? silo : { ...silo, sqlFiles };
  });
  if (!options.quiet) for (const line of lines) output.note(`${line}\n`);
  return { ...specs, selected };
}
