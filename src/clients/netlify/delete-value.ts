/** Removes the value of one branch, and the variable when nothing of it is left. */

import type { NetlifySite } from "#world/netlify.ts";
import type { NetlifyCalls } from "./call.ts";
import { branchOf, findVariable, goneIsFine, variableCall } from "./variables.ts";

const mostRounds = 4;

/**
 * The variable is only removed when it is seen to be empty, so that a value that somebody adds
 * meanwhile does not go with it.
 */
export async function deleteValue(
  calls: NetlifyCalls,
  { site, key, branch }: { site: NetlifySite; key: string; branch: string },
): Promise<void> {
  const operation = `remove the variable ${key} of ${site.name} for branch ${branch}`;
  const remove = (...rest: readonly string[]) =>
    goneIsFine(
      calls.call({
        ...variableCall(site, key, ...rest),
        operation,
        method: "DELETE",
        effect: "repeatable",
        read: () => undefined,
      }),
    );
  for (let round = 0; round < mostRounds; round++) {
    const known = await findVariable(calls, site, key);
    if (known === undefined) return;
    const own = known.values.filter((answer) => branchOf(answer, site) === branch);
    if (own.length === 0 && known.values.length > 0) return;
    for (const { id } of own) await remove("value", id);
    if (own.length === 0) await remove();
  }
  throw calls.failure(operation, "it is still there after it was removed", "conflict");
}
