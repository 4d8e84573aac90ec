/**
 * Fly has answered empty lists for whole apps before, and clients made everything twice. An empty
 * list is asked for again when something else says that it should not be empty.
 */

import { ApiError } from "#silo/errors.ts";

/** The client's own pace puts a second between most of them. */
const maxLooks = 6;

export async function doubtedList<T>(
  isDoubtful: boolean,
  first: readonly T[] | undefined,
  list: () => Promise<readonly T[] | undefined>,
): Promise<readonly T[]> {
  let items = first ?? [];
  for (let looks = 1; isDoubtful && items.length === 0 && looks < maxLooks; looks++) {
    items = (await list()) ?? [];
  }
  return items;
}

export function emptyAgainst(app: string, what: string, evidence: string): ApiError {
  return new ApiError(`it lists none, though ${evidence}`, {
    provider: "fly",
    operation: `read the ${what} of ${app}`,
    category: "transient",
    ambiguous: false,
  });
}
