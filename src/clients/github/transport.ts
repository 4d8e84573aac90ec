/**
 * Octokit over our own exchange: it builds the requests, from routes that are checked at compile
 * time, and the exchange bounds their time and size. What was answered goes by beside Octokit, which
 * neither parses nor judges it: its errors carry the request, and its logger would print.
 */

import type { Secret } from "#silo/secret.ts";
import type { Clock, Fetch } from "#world/effects.ts";
import { exchange, type HttpAnswer, type HttpFailure } from "../http.ts";
import type { GitHubCallRecord } from "./options.ts";
import type { OctokitRequest } from "./request.ts";

export interface Transport {
  readonly send: (call: (request: OctokitRequest) => Promise<unknown>) => Promise<Outcome>;
}

export type Outcome =
  | HttpAnswer
  | HttpFailure
  | { readonly kind: "misnamed"; readonly name: string };

export interface TransportOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly token: Secret;
  readonly baseUrl: string;
  readonly onCall?: ((call: GitHubCallRecord) => void) | undefined;
}

const timeoutMs = 60_000;
/** Octokit only has to see that the call is over. */
const over = () => new Response(null, { status: 204 });

export function createTransport(options: TransportOptions): Transport {
  let loaded: Promise<OctokitRequest> | undefined;
  return {
    async send(call) {
      loaded ??= load(options);
      const request = await loaded;
      let outcome: Outcome | undefined;
      const fetch: Fetch = async (input, init) => {
        outcome = await answerTo(options, String(input), init ?? {});
        return over();
      };
      try {
        await call(request.defaults({ request: { fetch } }));
      } catch (error) {
        if (error instanceof Misnamed) return { kind: "misnamed", name: error.given };
        throw error;
      }
      if (outcome === undefined) throw new Error("Octokit sent nothing");
      return outcome;
    },
  };
}

/** Octokit takes longer to load than Node to start, so only a run that calls GitHub loads it. */
async function load({ clock, token, baseUrl }: TransportOptions): Promise<OctokitRequest> {
  const loading = import("@octokit/rest");
  const { Octokit } = await (clock.whileRealWork?.(loading) ?? loading);
  const silent = () => {};
  const octokit = new Octokit({
    auth: token.reveal(),
    baseUrl,
    userAgent: "silo-manager",
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  octokit.hook.before("request", checkNames);
  return octokit.request.defaults({ headers: { "x-github-api-version": "2022-11-28" } });
}

async function answerTo(
  options: TransportOptions,
  url: string,
  init: RequestInit,
): Promise<Outcome> {
  const { clock, onCall } = options;
  const method = init.method ?? "GET";
  const startedAt = clock.now();
  const outcome = await exchange(options, {
    method,
    url,
    headers: Object.fromEntries(new Headers(init.headers)),
    body: typeof init.body === "string" && init.body !== "" ? init.body : undefined,
    timeoutMs,
  });
  onCall?.({
    method,
    path: new URL(url).pathname,
    ...(outcome.kind === "answer" ? { status: outcome.status } : {}),
    ms: clock.now() - startedAt,
  });
  return outcome;
}

/** A segment of dots would climb to another resource, an empty one name the whole collection. */
class Misnamed extends Error {
  readonly given: string;
  constructor(given: string) {
    super(`"${given}" is no name`);
    this.given = given;
  }
}

function checkNames(options: {
  readonly url: string;
  readonly [parameter: string]: unknown;
}): void {
  for (const [, parameter = ""] of options.url.matchAll(/\{(\w+)\}/g)) {
    const given = String(options[parameter] ?? "");
    if (/^\.{0,2}$/.test(given)) throw new Misnamed(given);
  }
}
