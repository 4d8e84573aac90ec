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
      await call(request.defaults({ request: { fetch } }));
      if (outcome === undefined) throw new Error("Octokit sent nothing");
      return outcome;
    },
  };
}

/** Octokit takes longer to load than Node to start, so only a run that calls GitHub loads it. */
async function load({ token, baseUrl }: TransportOptions): Promise<OctokitRequest> {
  const { Octokit } = await import("@octokit/rest");
  const silent = () => {};
  const octokit = new Octokit({
    auth: token.reveal(),
    baseUrl,
    userAgent: "silo-manager",
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return octokit.request.defaults({ headers: { "x-github-api-version": "2022-11-28" } });
}

async function answerTo(
  options: TransportOptions,
  url: string,
  init: RequestInit,
): Promise<Outcome> {
  const misnamed = oddSegment(url);
  if (misnamed !== undefined) return { kind: "misnamed", name: misnamed };
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
function oddSegment(url: string): string | undefined {
  const [, path = ""] = /^[a-z]+:\/\/[^/?#]*\/([^?#]*)/i.exec(url) ?? [];
  return path.split("/").find((segment) => /^\.{0,2}$/.test(segment));
}
