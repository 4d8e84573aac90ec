import { Refused } from "#silo/errors.ts";
import type { Specs } from "./types.ts";

/** Below so many silos a share says nothing. */
const shareFrom = 10;

/** Of what cannot be taken back, one run may do only so much (exit 4). */
export function assertBlastRadius(...asked: Parameters<typeof blastRadius>): void {
  const refused = blastRadius(...asked);
  if (refused) throw refused;
}

export function blastRadius(
  { silos, config }: Pick<Specs, "silos" | "config">,
  count: number,
  words: { readonly doing: string; readonly fix: string },
): Refused | undefined {
  const { max_destroy_count, max_destroy_share } = config.guards;
  const share = count / Math.max(silos.length, 1);
  const isTooMany = count > max_destroy_count;
  const isTooLarge = silos.length >= shareFrom && share > max_destroy_share;
  if (!isTooMany && !isTooLarge) return undefined;
  const limit = isTooMany
    ? `max_destroy_count is ${max_destroy_count}`
    : `max_destroy_share is ${max_destroy_share} of ${silos.length}`;
  return new Refused(`${words.doing} ${count} silos at once is too many: ${limit}`, {
    exitCode: 4,
    fix: `${words.fix}, or raise the guard in silo.config.yml`,
  });
}
