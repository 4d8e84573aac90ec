/**
 * When a plan looks at Netlify: a close one, at each silo whose frontend was built and for which nothing
 * else is due there. Values are compared here and go no further. That it cannot be read changes no plan
 * and fails none; a plan whose token only says that there is one says nothing of it.
 */

import { knownPublicValues } from "#engine/public-values.ts";
import { ApiError, Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import {
  type DesiredFrontend,
  desireFrontend,
  isWhereItWas,
  strayVariables,
} from "#state/frontend.ts";
import type { ObservedSilo } from "#state/observed.ts";
import type { NetlifyReads } from "#world/netlify.ts";
import type { FurtherRead } from "./look-further.ts";
import { givenMasterKeys } from "./master-keys-of.ts";
import type { CommandContext } from "./types.ts";

export function lookAtNetlify(
  {
    connectNetlify,
    variable,
    clock,
  }: Pick<CommandContext, "connectNetlify" | "variable" | "clock">,
  /** Instead of those that are looked at closely. */
  chosen?: (silo: Silo) => boolean,
): FurtherRead {
  const troubles = new Set<string>();
  let connected: Promise<NetlifyReads | undefined> | undefined;
  return {
    async add({ silo, hasNetlify }, observed, isNamed) {
      const { record, depth } = observed;
      const frontend = hasNetlify ? desireFrontend(silo, record, "apply") : undefined;
      const isClose = chosen ? chosen(silo) : isNamed || depth === "deep";
      if (!isClose || !record || !frontend || !isBuilt(frontend, observed)) return observed;
      try {
        connected ??= connectNetlify();
        const netlify = await connected;
        const seen = netlify && (await valuesOf(netlify, frontend));
        if (!seen) return observed;
        const run = { masterKeys: () => givenMasterKeys(variable), clock };
        const wanted = await knownPublicValues(silo, record, run);
        return { ...observed, strayVariables: strayVariables(frontend, seen, wanted) };
      } catch (error) {
        if (error instanceof Refused) return observed;
        if (!(error instanceof ApiError)) throw error;
        troubles.add(error.message);
        return observed;
      }
    },
    notes: () =>
      [...troubles].sort().map((trouble) => `what stands on Netlify was not looked at: ${trouble}`),
  };
}

const isBuilt = (frontend: DesiredFrontend, { record }: ObservedSilo): boolean =>
  record?.frontend === frontend.digest && isWhereItWas(frontend, record);

async function valuesOf(netlify: NetlifyReads, { site, variables }: DesiredFrontend) {
  const found = await netlify.findSite(site);
  if (!found) return undefined;
  const read = variables.map(
    async ({ key }) => [key, await netlify.listValues(found, key)] as const,
  );
  return new Map(await Promise.all(read));
}
