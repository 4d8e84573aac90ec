/**
 * Calls of the GraphQL API, which answers 200 with `errors` when it refuses. Any error is a refusal,
 * even beside data.
 */

import type { ApiErrorCategory } from "#silo/errors.ts";
import type { Clock } from "#world/effects.ts";
import { type Json, object } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { untilReset } from "./categorise.ts";
import { RefusedInAnswer } from "./failures.ts";
import type { GitHubAnswer, GitHubRequestFacts } from "./request.ts";

export interface GraphqlRequest<T> extends GitHubRequestFacts {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly read: (data: Json) => T;
}

export function graphql<T>(calls: GitHubCalls, asked: GraphqlRequest<T>): Promise<T> {
  const { query, variables, read, ...facts } = asked;
  return calls.call({
    ...facts,
    send: (request) => request(`POST ${calls.graphqlUrl}`, { query, variables }),
    read: (answer) => read(dataOf(answer, calls.clock)),
  });
}

function dataOf({ body, headers }: GitHubAnswer, clock: Clock): Json {
  const answer = object(body, "the answer");
  const errors: readonly unknown[] = Array.isArray(answer.errors) ? answer.errors : [];
  if (errors.length > 0) throw refusedBy(errors, headers, clock.now());
  return object(answer.data, "the answer's data");
}

function refusedBy(errors: readonly unknown[], headers: Headers, now: number): RefusedInAnswer {
  const read = errors.slice(0, 5).map((error) => object(error, "an error"));
  const words = read
    .map(({ message }) => message)
    .filter((message) => typeof message === "string")
    .join(": ");
  const type = read.map((error) => error.type).find((value) => typeof value === "string");
  const category = categories.get(type ?? "") ?? wordCategory(words);
  const pauseMs = category === "throttled" ? untilReset(headers, now) : undefined;
  const said = words === "" ? "the API refused without a word" : words;
  return new RefusedInAnswer(said, category, pauseMs);
}

const categories: ReadonlyMap<string, ApiErrorCategory> = new Map([
  ["STALE_DATA", "version_mismatch"],
  ["NOT_FOUND", "not_found"],
  ["FORBIDDEN", "forbidden"],
  ["INSUFFICIENT_SCOPES", "forbidden"],
  ["RATE_LIMITED", "throttled"],
  ["RATE_LIMIT", "throttled"],
  ["INTERNAL", "transient"],
  ["SERVICE_UNAVAILABLE", "transient"],
]);

/** GitHub gives some of its errors no type: of a time-out and of trouble inside, only words. */
function wordCategory(words: string): ApiErrorCategory {
  if (/something went wrong|timed? ?out|try again later/i.test(words)) return "transient";
  return /rate limit/i.test(words) ? "throttled" : "invalid";
}
