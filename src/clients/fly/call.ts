/**
 * One call of the Fly API with everything that belongs to it: token, limits, time-out, retries,
 * reading the answer, and an `ApiError` for whatever goes wrong. Endpoints are built on it.
 */

import { ApiError, type ApiErrorFacts } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";
import { Gate } from "../gate.ts";
import { exchange, type HttpAnswer, type HttpFailure } from "../http.ts";
import { createLimiter, type Limiter, type Turn } from "../limiter.ts";
import { createRedactor } from "../redact.ts";
import { type Attempt, RetryBudget, withRetries } from "../retry.ts";
import { ShapeError } from "../shape.ts";
import { createFailures, type Failures, RefusedInAnswer } from "./failures.ts";
import { limitOf } from "./limits.ts";
import type { FlyClientOptions, FlyRequest, FlyRequestFacts } from "./request.ts";
import { authorization, createTokenBook, type TokenBook, tokenRequest } from "./tokens.ts";
import { createYoung, type Young } from "./young.ts";

export type FlyCall = <T>(request: FlyRequest<T>) => Promise<T>;

export interface FlyCalls {
  readonly call: FlyCall;
  readonly tokens: TokenBook;
  readonly young: Young;
  readonly clock: Clock;
  /** Calls of `wait` that queue for a place. */
  readonly waitsQueued: () => number;
  /** An error about answers that are well-formed and yet make no sense together. */
  readonly failure: (
    operation: string,
    why: string,
    facts: Pick<ApiErrorFacts, "category" | "lastState">,
  ) => ApiError;
}

const defaultBaseUrl = "https://api.machines.dev";
const defaultMetricsUrl = "https://api.fly.io/prometheus";
const defaultLogsUrl = "https://api.fly.io";
const defaultTimeoutMs = 30_000;

export function createFlyCalls(options: FlyClientOptions): FlyCalls {
  const { clock, random } = options;
  const young = createYoung(clock);
  const tokens = createTokenBook(options.tokens, (token) => call(tokenRequest(token)));
  const redact = createRedactor(tokens.all.flatMap(tokenParts));
  const machinery: Machinery = {
    options,
    roots: {
      machines: `${withoutSlash(options.baseUrl ?? defaultBaseUrl)}/v1`,
      metrics: withoutSlash(options.metricsUrl ?? defaultMetricsUrl),
      logs: `${withoutSlash(options.logsUrl ?? defaultLogsUrl)}/api/v1`,
    },
    limiter: createLimiter({ clock, limitOf }),
    gate: new Gate({ start: 64, least: 8, most: 160 }),
    waitGate: new Gate({ start: 96, least: 96, most: 96 }),
    failures: createFailures({ redact, clock, young }),
  };
  const { failures, waitGate } = machinery;
  const budget = new RetryBudget();

  async function call<T>(request: FlyRequest<T>): Promise<T> {
    const { signal } = request;
    const maxAttempts = request.maxAttempts ?? options.maxAttempts ?? 4;
    try {
      const token = request.token ?? (await tokens.pick(request));
      return await withRetries({ clock, random, budget, maxAttempts, signal }, () =>
        attempt(machinery, request, token),
      );
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw signal?.aborted ? failures.cancelled(request) : failures.unexpected(request, error);
    }
  }

  const waitsQueued = () => waitGate.waiting;
  return { call, tokens, young, clock, waitsQueued, failure: failures.of };
}

interface Machinery {
  readonly options: FlyClientOptions;
  readonly roots: Readonly<Record<"machines" | "metrics" | "logs", string>>;
  readonly limiter: Limiter;
  readonly gate: Gate;
  /** A wait holds its connection for up to a minute and must not hold up the others. */
  readonly waitGate: Gate;
  readonly failures: Failures;
}

async function attempt<T>(
  { options, roots, limiter, gate, waitGate, failures }: Machinery,
  request: FlyRequest<T>,
  token: string,
): Promise<Attempt<T>> {
  const { action, method, app, signal } = request;
  const url = urlOf(roots, request, failures);
  const priority = app === undefined ? 0 : (options.priorityOf?.(app) ?? 0);
  const key = request.key ?? app ?? request.org ?? "";
  const turn = await limiter.turn({ action, key, priority, signal });
  const leave = await (action === "machine.wait" ? waitGate : gate).enter({ priority, signal });
  const startedAt = options.clock.now();
  const outcome = await exchange(options, {
    method,
    url,
    headers: headersOf(request, token),
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
    signal,
  });
  leave(isTrouble(outcome) ? "badly" : "well");
  options.onCall?.({
    action,
    method,
    path: new URL(url).pathname,
    ...(outcome.kind === "answer" ? { status: outcome.status } : {}),
    ms: options.clock.now() - startedAt,
  });
  return judge(request, outcome, turn, failures);
}

function judge<T>(
  request: FlyRequest<T>,
  outcome: HttpAnswer | HttpFailure,
  turn: Turn,
  failures: Failures,
): Attempt<T> {
  if (outcome.kind === "failure") return failures.ofFailure(request, outcome);
  if (outcome.status < 200 || outcome.status > 299) {
    const failed = failures.ofRefusal(request, outcome);
    if (outcome.status === 429) turn.refused(failed.error.facts.retryAfterMs);
    return failed;
  }
  if (outcome.cut) return failures.ofAnswer(request, outcome, { why: "the answer is too long" });
  let body: unknown;
  try {
    body = outcome.text.trim() === "" ? undefined : JSON.parse(outcome.text);
  } catch {
    return failures.ofAnswer(request, outcome, { why: "the answer is not JSON", garbled: true });
  }
  try {
    return { ok: true, value: request.read({ body, headers: outcome.headers }) };
  } catch (error) {
    if (error instanceof ShapeError) {
      return failures.ofAnswer(request, outcome, { why: error.message });
    }
    if (error instanceof RefusedInAnswer) {
      const { message: why, category } = error;
      return failures.ofAnswer(request, outcome, { why, category });
    }
    throw error;
  }
}

/** Trouble of the API or of the way to it, which fewer calls at once may ease. */
function isTrouble(outcome: HttpAnswer | HttpFailure): boolean {
  if (outcome.kind === "failure") return outcome.why !== "cancelled";
  return outcome.status >= 500;
}

function headersOf(request: FlyRequestFacts, token: string): Record<string, string> {
  return {
    accept: "application/json",
    authorization: authorization(token),
    "user-agent": "silo-manager",
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...(request.nonce === undefined ? {} : { "fly-machine-lease-nonce": request.nonce }),
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

function urlOf(roots: Machinery["roots"], request: FlyRequestFacts, failures: Failures): string {
  // A segment of dots would climb to another resource.
  const odd = request.path.find((segment) => /^\.{0,2}$/.test(segment));
  if (odd !== undefined) {
    throw failures.of(request.operation, `"${odd}" is no name`, { category: "invalid" });
  }
  const path = request.path.map(encodeURIComponent).join("/");
  const query = new URLSearchParams(
    request.query?.map(([key, value]): [string, string] => [key, value]),
  ).toString();
  return `${roots[request.service ?? "machines"]}/${path}${query === "" ? "" : `?${query}`}`;
}

function tokenParts(token: string): string[] {
  return [token, ...token.split(",")];
}
