import {
  created,
  isoTime,
  ok,
  oneOf,
  param,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import { latestStatuses } from "../commit-statuses.ts";
import type { CommitStatusRow } from "../entities.ts";
import { notFound, unprocessable, validationFailed } from "../errors.ts";
import { resolveCommit } from "../git/revisions.ts";
import type { Hub } from "../hub.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { repositoryView, repoUrl } from "../views/repository.ts";
import { nodeId, userView } from "../views/users.ts";
import { tooLong } from "./deployments.ts";

const read = "statuses=read";

export const statusRoutes: readonly RepoRoute[] = [
  {
    method: "POST",
    repoPath: "/statuses/:sha",
    action: "commit-status-create",
    accepts: "statuses=write",
    content: true,
    run: createStatus,
  },
  {
    method: "GET",
    repoPath: "/commits/:revision/statuses",
    action: "commit-statuses-list",
    accepts: read,
    run: listStatuses,
  },
  {
    method: "GET",
    repoPath: "/commits/:revision/status",
    action: "commit-status-combined",
    accepts: read,
    run: getCombined,
  },
];

const states = ["error", "failure", "pending", "success"] as const;
const mostPerContext = 1_000;

function createStatus(call: RepoCall, hub: Hub): Reply {
  const { repo, body, actor, at } = call;
  const sha = param(call, "sha");
  if (!repo.git.commits.has(sha)) throw unprocessable(`No commit found for SHA: ${sha}`);
  const context = text(body, "context") ?? "default";
  const description = text(body, "description") ?? null;
  if (description !== null && description.length > 140) throw tooLong("Status");
  const same = repo.statuses.filter((one) => one.sha === sha && one.context === context);
  if (same.length >= mostPerContext) {
    const message = "This SHA and context has reached the maximum number of statuses.";
    throw validationFailed({ resource: "Status", field: "sha", code: "custom", message });
  }
  const row: CommitStatusRow = {
    id: hub.nextId(),
    sha,
    state: oneOf(requiredText(body, "state"), "state", states),
    context,
    description,
    targetUrl: text(body, "target_url") ?? null,
    creator: actor.user,
    createdMs: at,
  };
  repo.statuses.push(row);
  return created(view(row, call));
}

/** Newest first. */
function listStatuses(call: RepoCall): Reply {
  const sha = commitIn(call);
  const rows = call.repo.statuses.filter((status) => status.sha === sha);
  return listReply(call, rows.toReversed(), (row) => view(row, call));
}

function getCombined(call: RepoCall): Reply {
  const sha = commitIn(call);
  const statuses = latestStatuses(call.repo, sha);
  const has = (...wanted: readonly string[]) =>
    statuses.some(({ state }) => wanted.includes(state));
  const isGreen = statuses.length > 0 && !has("pending");
  const commitUrl = `${repoUrl(call.repo, call.base)}/commits/${sha}`;
  return ok({
    state: has("error", "failure") ? "failure" : isGreen ? "success" : "pending",
    statuses: statuses.map((row) => {
      const { creator: _creator, ...simple } = view(row, call);
      return simple;
    }),
    sha,
    total_count: statuses.length,
    repository: repositoryView(call.repo, call.base),
    commit_url: commitUrl,
    url: `${commitUrl}/status`,
  });
}

function commitIn(call: RepoCall): string {
  const found = resolveCommit(call.repo, param(call, "revision"));
  if (found === undefined) throw notFound();
  return found;
}

function view(row: CommitStatusRow, { repo, base }: RepoCall) {
  const creator = userView(row.creator, base);
  return {
    url: `${repoUrl(repo, base)}/statuses/${row.sha}`,
    avatar_url: creator.avatar_url,
    id: row.id,
    node_id: nodeId("SC", row.id),
    state: row.state,
    description: row.description,
    target_url: row.targetUrl,
    context: row.context,
    created_at: isoTime(row.createdMs),
    updated_at: isoTime(row.createdMs),
    creator,
  };
}
