import {
  flag,
  isRecord,
  noContent,
  ok,
  param,
  type Reply,
  type RepoCall,
  requiredText,
} from "../call.ts";
import { notFound, unprocessable } from "../errors.ts";
import { entryAt } from "../git/files.ts";
import { resolveCommit, treeOfCommit } from "../git/revisions.ts";
import type { Hub } from "../hub.ts";
import type { RepoRoute } from "../router.ts";
import { repoPage, repoUrl } from "../views/repository.ts";

export const dispatchRoutes: readonly RepoRoute[] = [
  {
    method: "POST",
    repoPath: "/actions/workflows/:workflow/dispatches",
    action: "workflow-dispatch",
    accepts: "actions=write",
    run: dispatchWorkflow,
  },
  {
    method: "POST",
    repoPath: "/dispatches",
    action: "repository-dispatch",
    accepts: "contents=write",
    run: dispatchRepository,
  },
];

/** Nothing runs: the request is only remembered. */
function dispatchWorkflow(call: RepoCall, hub: Hub): Reply {
  const { repo, body, base } = call;
  const workflow = param(call, "workflow");
  const branch = resolveCommit(repo, repo.defaultBranch);
  const path = `.github/workflows/${workflow}`;
  if (!branch || !entryAt(repo.git, treeOfCommit(repo, branch), path)) throw notFound();
  const ref = requiredText(body, "ref");
  if (resolveCommit(repo, ref) === undefined) throw unprocessable(`No ref found for: ${ref}`);
  const inputs = body.inputs ?? {};
  if (!isRecord(inputs) || Object.keys(inputs).length > 25) {
    throw unprocessable("inputs must be an object of at most 25 properties");
  }
  const runId = remember(call, { workflow, ref, inputs }, hub);
  if (flag(body, "return_run_details") !== true) return noContent;
  return ok({
    workflow_run_id: runId,
    run_url: `${repoUrl(repo, base)}/actions/runs/${runId}`,
    html_url: `${repoPage(repo)}/actions/runs/${runId}`,
  });
}

function dispatchRepository(call: RepoCall, hub: Hub): Reply {
  const { body, repo } = call;
  const type = requiredText(body, "event_type");
  const inputs = body.client_payload ?? {};
  if (type.length > 100) throw unprocessable("event_type is too long (maximum is 100 characters)");
  if (!isRecord(inputs) || Object.keys(inputs).length > 10) {
    throw unprocessable("No more than 10 properties are allowed; client_payload has more");
  }
  remember(call, { workflow: `repository_dispatch:${type}`, ref: repo.defaultBranch, inputs }, hub);
  return noContent;
}

function remember(
  { repo, actor, at }: RepoCall,
  asked: { workflow: string; ref: string; inputs: Record<string, unknown> },
  hub: Hub,
): number {
  const runId = hub.nextId();
  repo.dispatches.push({ runId, ...asked, actor: actor.user.login, atMs: at });
  return runId;
}
