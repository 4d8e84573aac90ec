/**
 * One call of the GitHub API with everything that belongs to it: token, pace, retries, reading the
 * answer, and an `ApiError` for whatever goes wrong. Endpoints are built on it.
 */

import { ApiError, isApiError, Refused } from "#silo/errors.ts";
import type { Secret } from "#silo/secret.ts";
import type { Clock, Random } from "#world/effects.ts";
import type { HttpAnswer } from "../http.ts";
import { createRedactor } from "../redact.ts";
import { type Attempt, RetryBudget, withRetries } from "../retry.ts";
import { ShapeError } from "../shape.ts";
import { createFailures, type Failures, RefusedInAnswer } from "./failures.ts";
import type { GitHubClientOptions } from "./options.ts";
import { createPace, type Ended, type Pace } from "./pace.ts";
import { remembered } from "./remembered.ts";
import type { GitHubRequest, GitHubRequestFacts, RepositoryPath, TokenName } from "./request.ts";
import { createTransport, type Outcome, type Transport } from "./transport.ts";

export interface GitHubCalls {
  readonly call: <T>(request: GitHubRequest<T>) => Promise<T>;
  /** Whether a token sees a repository at all; asked once for both. */
  readonly sees: (what: Pick<GitHubRequestFacts, "repo" | "token">) => Promise<boolean>;
  readonly failure: Failures["of"];
  readonly random: Random;
  readonly clock: Clock;
  readonly graphqlUrl: string;
}

const defaultBaseUrl = "https://api.github.com";
const maxAttempts = 4;

export function createGitHubCalls(options: GitHubClientOptions): GitHubCalls {
  const { clock, random } = options;
  const baseUrl = (options.baseUrl ?? defaultBaseUrl).replace(/\/+$/, "");
  const secrets = [options.token, ...(options.secretsToken ? [options.secretsToken] : [])];
  const redact = createRedactor(secrets.map((secret) => secret.reveal().trim()));
  const failures = createFailures({ redact, clock });
  const own = channel(options, "GITHUB_TOKEN", options.token, baseUrl);
  const channels: Readonly<Record<TokenName, Channel>> = {
    GITHUB_TOKEN: own,
    SILO_SECRETS_TOKEN: options.secretsToken
      ? channel(options, "SILO_SECRETS_TOKEN", options.secretsToken, baseUrl)
      : own,
  };
  const budget = new RetryBudget();

  async function call<T>(asked: GitHubRequest<T>): Promise<T> {
    const through = channels[asked.token];
    const request = { ...asked, token: through.name };
    try {
      return await withRetries({ clock, random, budget, maxAttempts }, () =>
        attempt(through, request, failures),
      );
    } catch (error) {
      throw error instanceof ApiError ? error : failures.unexpected(request, error);
    }
  }

  const graphqlUrl = options.graphqlUrl ?? graphqlUrlOf(baseUrl);
  const seen = new Map<string, Promise<boolean>>();
  return {
    call,
    sees: ({ repo, token }) =>
      remembered(seen, `${channels[token].name} ${repo}`, () => isSeen(call, repo, token)),
    failure: failures.of,
    random,
    clock,
    graphqlUrl,
  };
}

async function isSeen(call: GitHubCalls["call"], repo: string, token: TokenName): Promise<boolean> {
  try {
    await call({
      repo,
      token,
      operation: `read the repository ${repo}`,
      effect: "read",
      send: (request, at) => request("GET /repos/{owner}/{repo}", { ...at }),
      read: () => undefined,
    });
    return true;
  } catch (error) {
    if (isApiError(error, "not_found")) return false;
    throw error;
  }
}

/** One token with what belongs to it: GitHub limits each by itself. */
interface Channel {
  readonly name: TokenName;
  readonly transport: Transport;
  readonly pace: Pace;
}

function channel(
  options: GitHubClientOptions,
  name: TokenName,
  token: Secret,
  baseUrl: string,
): Channel {
  if (!/^[\x21-\x7e]+$/.test(token.reveal())) {
    throw new Refused(`${name} is empty or has a character that no token has`, {
      exitCode: 2,
      fix: "Set it again, without quotes and line breaks",
    });
  }
  const { fetch, clock, onCall } = options;
  const transport = createTransport({ fetch, clock, token, baseUrl, onCall });
  return { name, transport, pace: createPace(clock, options.writeEveryMs) };
}

async function attempt<T>(
  { transport, pace }: Channel,
  request: GitHubRequest<T>,
  failures: Failures,
): Promise<Attempt<T>> {
  const closedMs = pace.closedFor();
  if (closedMs !== undefined) return failures.closed(request, closedMs);
  const end = await pace.turn(request.weight ?? (request.effect === "read" ? "read" : "write"));
  let ended: Ended = { outcome: "badly" };
  try {
    const at = pathOf(request, failures);
    const outcome = await transport.send((octokit) => request.send(octokit, at));
    const judged = judge(request, outcome, failures);
    ended = { outcome: isTrouble(outcome) ? "badly" : "well", pauseMs: pauseAfter(judged) };
    return judged;
  } finally {
    end(ended);
  }
}

function judge<T>(request: GitHubRequest<T>, outcome: Outcome, failures: Failures): Attempt<T> {
  if (outcome.kind === "failure") return failures.ofFailure(request, outcome);
  if (outcome.kind === "misnamed") {
    const error = failures.of(request.operation, `"${outcome.name}" is no name`, "invalid");
    return { ok: false, error, retry: "never" };
  }
  const { status } = outcome;
  const accepted = request.statuses?.includes(status) ?? (status >= 200 && status <= 299);
  if (!accepted && (status < 200 || status > 299)) return failures.ofRefusal(request, outcome);
  if (!accepted) return failures.ofAnswer(request, outcome, `the answer has status ${status}`);
  if (outcome.cut) return failures.ofAnswer(request, outcome, "the answer is too long");
  return readAnswer(request, outcome, failures);
}

function readAnswer<T>(
  request: GitHubRequest<T>,
  answer: HttpAnswer,
  failures: Failures,
): Attempt<T> {
  try {
    const { status, headers, text } = answer;
    const value = request.read({
      status,
      headers,
      get body(): unknown {
        return text.trim() === "" ? undefined : JSON.parse(text);
      },
    });
    return { ok: true, value };
  } catch (error) {
    if (error instanceof RefusedInAnswer) return failures.ofErrors(request, answer, error);
    if (error instanceof ShapeError) return failures.ofAnswer(request, answer, error.message);
    if (error instanceof SyntaxError) {
      return failures.ofAnswer(request, answer, "the answer is not JSON", true);
    }
    throw error;
  }
}

function isTrouble(outcome: Outcome): boolean {
  if (outcome.kind === "answer") return outcome.status >= 500;
  return outcome.kind === "failure";
}

function pauseAfter(attempt: Attempt<unknown>): number | undefined {
  if (attempt.ok || !isApiError(attempt.error, "throttled")) return undefined;
  return attempt.error.facts.retryAfterMs;
}

function pathOf({ repo, operation }: GitHubRequestFacts, failures: Failures): RepositoryPath {
  const [, owner, name] =
    /^([A-Za-z0-9][A-Za-z0-9_-]*)\/((?!\.{1,2}$)[A-Za-z0-9._-]+)$/.exec(repo) ?? [];
  if (owner !== undefined && name !== undefined) return { owner, repo: name };
  throw failures.of(operation, `"${repo}" is no repository, give owner/name`, "invalid");
}

/** As Octokit has it: a server of one's own has the two APIs side by side. */
function graphqlUrlOf(baseUrl: string): string {
  return `${baseUrl.replace(/\/api\/v3$/, "/api")}/graphql`;
}
