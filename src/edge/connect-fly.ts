/** From settings to a Fly client. Without a URL the real service is meant, never the local cloud. */

import { hostname, userInfo } from "node:os";
import { createFlyClient, readOnly } from "#clients/fly/client.ts";
import { readTokenFacts } from "#clients/fly/token-facts.ts";
import { runUrlOf } from "#commands/run-url.ts";
import type { FlyConnection } from "#commands/types.ts";
import { Refused } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import { urgencyOf } from "#state/urgency.ts";
import type { Clock, Fetch, Random } from "#world/effects.ts";

export interface FlySettings {
  readonly fetch: Fetch;
  readonly variable: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export async function connectFly({
  fetch,
  variable,
  clock,
  random,
}: FlySettings): Promise<FlyConnection> {
  const tokens = (variable("FLY_API_TOKEN") ?? "").trim();
  if (tokens === "") {
    throw new Refused("FLY_API_TOKEN is not set", {
      exitCode: 2,
      fix: "make one with `fly tokens create org -o ORG -x 2160h`; for a local cloud run `silo emulate`",
    });
  }
  const baseUrl = variable("FLY_API_BASE_URL");
  const metricsUrl = variable("FLY_METRICS_URL");
  const fly = createFlyClient({
    fetch,
    clock,
    random,
    tokens: [new Secret(tokens)],
    // A local cloud serves the logs at the same place.
    ...(baseUrl && { baseUrl, logsUrl: baseUrl }),
    ...(metricsUrl && { metricsUrl }),
    priorityOf: urgencyOf,
  });
  return {
    fly,
    reads: readOnly(fly),
    probe: probeWith(fetch, variable("FLY_PUBLIC_URL")),
    tokens: readTokenFacts(tokens),
    logInWrongly: async (host) =>
      (await import("./log-in-wrongly.ts")).logInWrongly(host, {
        random,
        localAddress: variable("FLY_PUBLIC_POSTGRES"),
      }),
    holder: holderOf(variable),
  };
}

const probeTimeoutMs = 10_000;

/** `FLY_PUBLIC_URL` is where a local cloud answers for `<app>.fly.dev.localhost`. */
function probeWith(fetch: Fetch, publicUrl: string | undefined): FlyConnection["probe"] {
  return async (url, headers) => {
    const wanted = new URL(url);
    const target = publicUrl ? new URL(wanted.pathname + wanted.search, publicUrl) : wanted;
    if (publicUrl) target.hostname = `${wanted.hostname}.localhost`;
    const revealed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.reveal()]),
    );
    try {
      const response = await fetch(target, {
        headers: revealed,
        signal: AbortSignal.timeout(probeTimeoutMs),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  };
}

/** The page of the run, or who and where. */
const holderOf = (variable: FlySettings["variable"]): string =>
  runUrlOf(variable) ?? `${userName()} on ${hostname()} (process ${process.pid})`;

/** In a container the user may have no entry in the password file. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
