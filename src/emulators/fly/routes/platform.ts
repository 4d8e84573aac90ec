import { type Call, integer, ok, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { invalid, unauthorized } from "../errors.ts";
import { usableRegion } from "../lookups.ts";
import { liveRegions, regionRows } from "../regions.ts";
import type { Route } from "../router.ts";
import { mayUse } from "../tokens.ts";
import { fingerprint } from "../views.ts";

export const platformRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/platform/regions",
    action: "regions",
    access: "read",
    run: listRegions,
  },
  {
    method: "POST",
    path: "/v1/platform/placements",
    action: "placements",
    access: "read",
    run: placeMachines,
  },
  {
    method: "GET",
    path: "/v1/tokens/current",
    action: "tokens",
    access: "read",
    run: currentToken,
  },
];

function listRegions(): Reply {
  return ok({ regions: regionRows, nearest: "iad" });
}

/** Where so many machines would find room. An organisation named for `fault-capacity` has none. */
function placeMachines(call: Call): Reply {
  const org = text(call.body, "org_slug");
  if (org === undefined) throw invalid("org_slug is required");
  if (!mayUse(call.token, org)) throw unauthorized();
  const asked = text(call.body, "region")?.split(",") ?? [...liveRegions];
  const count = integer(call.body, "count") ?? 1;
  const room = org.includes("fault-capacity") ? 0 : count;
  return ok({
    regions: asked.map((region) => ({
      region: usableRegion(region),
      count: room,
      concurrency: room,
    })),
  });
}

/** A token that may act in any organisation names those that are known. */
function currentToken(call: Call, { store, orgs }: Cloud): Reply {
  const known = [...orgs, ...[...store.apps.values()].map(({ org }) => org)];
  const scope = call.token.orgs ?? [...new Set(known.length === 0 ? ["personal"] : known)];
  return ok({
    tokens: scope.map((org) => ({
      token_id: fingerprint(`${call.token.owner} ${org}`),
      org_slug: org,
      organization: org,
      apps: call.token.apps,
      user: call.token.user,
    })),
  });
}
