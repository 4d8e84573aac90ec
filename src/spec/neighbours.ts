/** Specs that were not asked for but may share an identity with those that were. */

import type { Silo } from "#silo/silo.ts";
import type { Files } from "#world/effects.ts";
import type { SpecLoader } from "./load-spec.ts";
import type { SpecFile } from "./read-folder.ts";
import { isSource, readText } from "./read-text.ts";

/**
 * Reads all the others but parses few: only a text that holds one of the ids, or a backslash that
 * could spell one, can define it.
 */
export function findNeighbours(
  files: Files,
  others: readonly SpecFile[],
  silos: readonly Silo[],
  load: SpecLoader,
): readonly Silo[] {
  const words = silos.flatMap(({ spec }) => [spec.silo_id, spec.client_slug]);
  return others.flatMap((other) => {
    const source = readText(files, other.file);
    if (!isSource(source)) return [];
    const { text } = source;
    const mayClash = text.includes("\\") || words.some((word) => text.includes(word));
    const silo = mayClash ? load(other).silo : undefined;
    return silo === undefined ? [] : [silo];
  });
}
