/**
 * One call of Netlify's API with everything that belongs to it: token, pace, time-out, retries,
 * reading the answer, and an `ApiError` for whatever goes wrong. Endpoints are built on it.
 */

import { ApiError, Refused } from "#silo/errors.ts";
import type { Clock, Random } from "#world/effects.ts";
import { Gate } from "../gate.ts";
import { exchange, type HttpAnswer, type HttpFailure } from "../http.ts";
import { cleanText, createRedactor } from "../redact.ts";
import { type Attempt, RetryBudget, withRetries } from "../retry.ts";
import { ShapeError } from "../shape.ts";
import { createFailures, type Failures } from "./failures.ts";
import { createPace, type Pace } from "./pace.ts";
import type { NetlifyClientOptions, NetlifyRequest, NetlifyRequestFacts } from "./request.ts";

export interface NetlifyCalls {
  readonly call: <T>(request: NetlifyRequest<T>) => Promise<T>;
  readonly failure: Failures["of"];
  /** Text of Netlify's, made fit to be shown. */
  readonly shown: (text: string) => string;
  readonly clock: Clock;
}

const defaultBaseUrl = "https://api.netlify.com/api/v1";
const timeoutMs = 30_000;
const maxAttempts = 4;
const middle: Random = { bytes: (length) => new Uint8Array(length).fill(0x80) };

/** Throws `Refused` when the token cannot be one. */
export function createNetlifyCalls(options: NetlifyClientOptions): NetlifyCalls {
  const { clock, random = middle } = options;
  const token = options.token.reveal();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Refused("NETLIFY_AUTH_TOKEN is empty or has a character that no token has", {
      exitCode: 2,
      fix: "Set it again, without quotes and line breaks",
    });
  }
  const redact = createRedactor([token]);
  const failures = createFailures(redact);
  const machinery: Machinery = {
    options,
    baseUrl: (options.baseUrl ?? defaultBaseUrl).replace(/\/+$/, ""),
    pace: createPace(clock),
    gate: new Gate({ start: 16, least: 2, most: 32 }),
    failures,
  };
  const budget = new RetryBudget();
  return {
    async call(request) {
      try {
        return await withRetries({ clock, random, budget, maxAttempts }, () =>
          attempt(machinery, request),
        );
      } catch (error) {
        throw error instanceof ApiError ? error : failures.unexpected(request, error);
      }
    },
    failure: failures.of,
    shown: (text) => cleanText(redact(text)),
    clock,
  };
}

interface Machinery {
  readonly options: NetlifyClientOptions;
  readonly baseUrl: string;
  readonly pace: Pace;
  readonly gate: Gate;
  readonly failures: Failures;
}

async function attempt<T>(
  { options, baseUrl, pace, gate, failures }: Machinery,
  request: NetlifyRequest<T>,
): Promise<Attempt<T>> {
  const { method, body } = request;
  const url = urlOf(baseUrl, request, failures);
  const leave = await gate.enter({ priority: 0 });
  await pace.turn();
  const startedAt = options.clock.now();
  const outcome = await exchange(options, {
    method,
    url,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${options.token.reveal()}`,
      "user-agent": "silo-manager",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs,
  });
  leave(isTrouble(outcome) ? "badly" : "well");
  const pauseMs =
    outcome.kind === "answer" ? pace.noted(outcome.status, outcome.headers) : undefined;
  options.onCall?.({
    method,
    path: new URL(url).pathname,
    ...(outcome.kind === "answer" ? { status: outcome.status } : {}),
    ms: options.clock.now() - startedAt,
  });
  if (outcome.kind === "failure") return failures.ofFailure(request, outcome);
  if (outcome.status < 200 || outcome.status > 299) {
    return failures.ofRefusal(request, outcome, pauseMs);
  }
  return readAnswer(request, outcome, failures);
}

function readAnswer<T>(
  request: NetlifyRequest<T>,
  answer: HttpAnswer,
  failures: Failures,
): Attempt<T> {
  if (answer.cut) return failures.ofAnswer(request, answer, "the answer is too long");
  try {
    const { headers, text } = answer;
    const body: unknown = text.trim() === "" ? undefined : JSON.parse(text);
    return { ok: true, value: request.read({ headers, body }) };
  } catch (error) {
    if (error instanceof ShapeError) return failures.ofAnswer(request, answer, error.message);
    if (error instanceof SyntaxError) {
      return failures.ofAnswer(request, answer, "the answer is not JSON", true);
    }
    throw error;
  }
}

function isTrouble(outcome: HttpAnswer | HttpFailure): boolean {
  return outcome.kind === "failure" || outcome.status >= 500;
}

function urlOf(baseUrl: string, request: NetlifyRequestFacts, failures: Failures): string {
  const { operation, path, query = {} } = request;
  // A segment of dots would climb to another resource, an empty one name the whole collection.
  const odd = path.find((segment) => /^\.{0,2}$/.test(segment));
  if (odd !== undefined) throw failures.of(operation, `"${odd}" is no name`, "invalid");
  // An empty site_id would be none: the call would act on the whole team.
  const empty = Object.entries(query).find(([, value]) => value === "");
  if (empty) throw failures.of(operation, `${empty[0]} is empty`, "invalid");
  const search = new URLSearchParams(query).toString();
  return `${baseUrl}/${path.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`;
}
