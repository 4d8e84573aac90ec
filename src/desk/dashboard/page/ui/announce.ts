/** What is said to people who do not see the page change. */

import { conditionOf } from "../model/condition.ts";
import type { Fleet } from "../model/fleet.ts";

/** More changes than this at once are counted, not told. */
const told = 3;

/** Empty when no silo is in another condition than before. */
export function changesText(before: Fleet | undefined, after: Fleet): string {
  if (!before) return "";
  const known = new Map(before.entries.map((entry) => [entry.silo, conditionOf(entry).word]));
  const changed = after.entries.filter((entry) => {
    const word = known.get(entry.silo);
    return word !== undefined && word !== conditionOf(entry).word;
  });
  if (changed.length > told) return `${changed.length} silos have changed`;
  return changed
    .map((entry) => `${entry.silo} is now ${conditionOf(entry).word.toLowerCase()}`)
    .join(", ");
}
