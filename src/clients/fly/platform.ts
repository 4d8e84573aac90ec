/** What belongs to no app: regions, and what the tokens are for. */

import type { FlyRegion, FlyToken } from "#wire/fly.ts";
import type { FlyCalls } from "./call.ts";
import { readList, readRegion } from "./shapes.ts";
import { tokenRequest } from "./tokens.ts";

export function regions(calls: FlyCalls): Promise<readonly FlyRegion[]> {
  return calls.call({
    action: "region.list",
    operation: "list the regions",
    method: "GET",
    path: ["platform", "regions"],
    effect: "read",
    read: ({ body }) => readList(body, "regions", readRegion),
  });
}

/** Of all tokens given, in their order. */
export async function currentTokens(calls: FlyCalls): Promise<readonly FlyToken[]> {
  const parts = await Promise.all(calls.tokens.all.map((token) => calls.call(tokenRequest(token))));
  return parts.flat();
}
