/** What started the run, read with care: a payload is made by whoever caused it. */

import type { Json } from "./json.ts";
import { numberAt, textAt } from "./json.ts";

export interface Event {
  readonly name: string;
  readonly repository: string;
  readonly defaultBranch: string | undefined;
  readonly actor: string;
  readonly ref: string;
  readonly sha: string;
  /** The page of the run. */
  readonly runUrl: string;
  readonly runId: string;
  readonly pull: PullEvent | undefined;
  readonly payload: Json;
}

export interface PullEvent {
  readonly number: number;
  readonly headSha: string;
  readonly isFork: boolean;
}

/** The part of `context` of @actions/github that is used. */
export interface EventContext {
  readonly eventName: string;
  readonly actor: string;
  readonly ref: string;
  readonly sha: string;
  readonly runId: number;
  readonly serverUrl: string;
  readonly payload: Json;
}

export function readEvent(context: EventContext, repository: string): Event {
  const { eventName, actor, ref, sha, runId, serverUrl, payload } = context;
  return {
    name: eventName,
    repository,
    defaultBranch: textAt(payload, "repository", "default_branch"),
    actor,
    ref,
    sha,
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
    runId: String(runId),
    pull: pullOf(payload, repository),
    payload,
  };
}

function pullOf(payload: Json, repository: string): PullEvent | undefined {
  const number = numberAt(payload, "pull_request", "number");
  const headSha = textAt(payload, "pull_request", "head", "sha");
  if (number === undefined || headSha === undefined) return undefined;
  // The repository of a head may be deleted.
  const home = textAt(payload, "pull_request", "head", "repo", "full_name");
  return { number, headSha, isFork: home?.toLowerCase() !== repository.toLowerCase() };
}

/** What the default branch has to be asked for: what a pull request brings is not believed. */
export const isProposal = ({ name }: Event): boolean =>
  name === "pull_request" || name === "merge_group";

/** The commit that a proposal would add. */
export const proposedSha = ({ pull, sha }: Event): string => pull?.headSha ?? sha;
