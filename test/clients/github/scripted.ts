/** A GitHub client whose calls are answered from a script, on virtual time. */

import { createGitHubClient, type GitHubClientOptions } from "#clients/github/client.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { Secret } from "#silo/secret.ts";
import type { Random } from "#world/effects.ts";
import type { GitHubWrites } from "#world/github.ts";
import { recordingFetch } from "../../support/recording-fetch.ts";
import { githubContract } from "./github-contract.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** `METHOD /path`, encoded as it was sent. */
  readonly line: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly at: number;
}

export type Answer = Response | Error;
export type Handler = (asked: Asked, count: number) => Answer | Promise<Answer>;

export interface Scripted {
  readonly client: GitHubWrites;
  readonly asked: Asked[];
  /** `METHOD /path` of every call, in order. */
  readonly lines: () => readonly string[];
  readonly clock: VirtualClock;
  /** What GitHub's document says against the calls so far. */
  readonly violations: () => readonly string[];
}

export const repo = "acme/erp";
export const token = "ghs_repository-token";
export const secretsToken = "github_pat_secrets-token";

/** Half of the longest jitter, always. */
const steadyRandom: Random = { bytes: (length) => new Uint8Array(length).fill(0x80) };

export function scripted(handler: Handler, options: Partial<GitHubClientOptions> = {}): Scripted {
  const clock = new VirtualClock(Date.UTC(2026, 10, 24, 12));
  const asked: Asked[] = [];
  const recording = recordingFetch(async (input, init) => {
    const method = init?.method ?? "GET";
    const url = new URL(String(input));
    const call: Asked = {
      method,
      url,
      line: `${method} ${url.pathname}`,
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
      at: clock.now(),
    };
    asked.push(call);
    const answer = await handler(call, asked.length);
    if (answer instanceof Error) throw answer;
    return answer;
  }, githubContract);
  const client = createGitHubClient({
    clock,
    random: steadyRandom,
    token: new Secret(token),
    secretsToken: new Secret(secretsToken),
    fetch: recording.fetch,
    ...options,
  });
  const lines = () => asked.map(({ line }) => line);
  return { client, asked, lines, clock, violations: () => recording.violations().filter(isOfCall) };
}

/** The script's answers are shorter than the document's; GraphQL has a document of its own. */
function isOfCall(violation: string): boolean {
  return !/: answer |the status is not|^POST \/graphql/.test(violation);
}

/** Answers by `METHOD /path`, in turn where there are several; 404 for the rest. */
export function routes(table: Readonly<Record<string, Answers>>): Handler {
  const counts = new Map<string, number>();
  return ({ line }) => {
    const given = table[line];
    if (given === undefined) return notFound();
    const count = counts.get(line) ?? 0;
    counts.set(line, count + 1);
    const answers = Array.isArray(given) ? given : [given];
    const answer: (() => Answer) | undefined = answers[Math.min(count, answers.length - 1)];
    return answer?.() ?? notFound();
  };
}

type Answers = (() => Answer) | readonly (() => Answer)[];

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-github-request-id": "0400:1A2B:3C4D",
      ...headers,
    },
  });
}

export const empty = (status = 204) => new Response(null, { status });

/** `{message, documentation_url, status}`, as every refusal of GitHub has it. */
export function refusal(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const documentation_url = "https://docs.github.com/rest";
  return json(status, { message, documentation_url, status: String(status) }, headers);
}

export const notFound = () => refusal(404, "Not Found");

/** What undici's fetch throws when a connection fails. */
export function connectionError(code: string): Error {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(`read ${code}`), { code }),
  });
}

export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}
