/** From settings to a Netlify client. Without NETLIFY_AUTH_TOKEN there is none. */

import { createNetlifyClient } from "#clients/netlify/client.ts";
import { Secret } from "#silo/secret.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";
import type { NetlifyWrites } from "#world/netlify.ts";

export interface NetlifySettings {
  readonly fetch: Fetch;
  readonly variable: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export async function connectNetlify({
  fetch,
  variable,
  clock,
  random,
}: NetlifySettings): Promise<NetlifyWrites | undefined> {
  const token = variable("NETLIFY_AUTH_TOKEN");
  if (!token) return undefined;
  const baseUrl = variable("NETLIFY_API_URL");
  return createNetlifyClient({
    fetch,
    clock,
    random,
    token: new Secret(token),
    ...(baseUrl && { baseUrl }),
  });
}
