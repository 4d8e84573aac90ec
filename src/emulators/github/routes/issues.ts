import {
  created,
  isRecord,
  list,
  ok,
  oneOf,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import { unprocessable } from "../errors.ts";
import type { Hub } from "../hub.ts";
import { addIssue, issueIn, setState } from "../issues.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { issueView, labelView } from "../views/issue.ts";

const repoPath = "/issues";
const one = `${repoPath}/:issue`;
const labels = `${one}/labels`;
const read = "issues=read";
const write = "issues=write";
const either = "issues=write; pull_requests=write";

export const issueRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "issues-list", accepts: read, run: listIssues },
  {
    method: "POST",
    repoPath,
    action: "issue-create",
    accepts: write,
    content: true,
    run: createIssue,
  },
  { method: "GET", repoPath: one, action: "issue-get", accepts: read, run: getIssue },
  {
    method: "PATCH",
    repoPath: one,
    action: "issue-update",
    accepts: either,
    content: true,
    run: updateIssue,
  },
  { method: "GET", repoPath: labels, action: "labels-list", accepts: read, run: listLabels },
  { method: "POST", repoPath: labels, action: "labels-add", accepts: either, run: addLabels },
  { method: "PUT", repoPath: labels, action: "labels-set", accepts: either, run: setLabels },
];

/** Newest first; pull requests are issues too. */
function listIssues(call: RepoCall): Reply {
  const { query, repo, base } = call;
  const state = query.get("state") ?? "open";
  const wanted = (query.get("labels") ?? "").split(",").filter((label) => label !== "");
  const creator = query.get("creator");
  const rows = [...repo.issues.values()].filter(
    (row) =>
      (state === "all" || row.state === state) &&
      wanted.every((label) => row.labels.includes(label)) &&
      (creator === null || row.user.login === creator),
  );
  return listReply(call, rows.toReversed(), (row) => issueView(row, repo, base));
}

function createIssue(call: RepoCall, hub: Hub): Reply {
  const { repo, body, actor, base } = call;
  const title = requiredText(body, "title");
  const given = { title, body: text(body, "body") ?? null, user: actor.user, labels: names(body) };
  return created(issueView(addIssue(repo, given, hub), repo, base));
}

function getIssue(call: RepoCall): Reply {
  return ok(issueView(issueIn(call), call.repo, call.base));
}

function updateIssue(call: RepoCall): Reply {
  const { body, at } = call;
  const row = issueIn(call);
  row.title = text(body, "title") ?? row.title;
  if ("body" in body) row.body = text(body, "body") ?? null;
  if (body.labels !== undefined) row.labels = names(body);
  const state = text(body, "state");
  if (state !== undefined) setState(row, oneOf(state, "state", ["open", "closed"]), at);
  row.stateReason = text(body, "state_reason") ?? (row.state === "closed" ? "completed" : null);
  row.updatedMs = at;
  return ok(issueView(row, call.repo, call.base));
}

function listLabels(call: RepoCall): Reply {
  return listReply(call, issueIn(call).labels, (name) => labelView(name, call.repo, call.base));
}

function addLabels(call: RepoCall): Reply {
  const row = issueIn(call);
  row.labels = [...new Set([...row.labels, ...names(call.body)])];
  return ok(row.labels.map((name) => labelView(name, call.repo, call.base)));
}

function setLabels(call: RepoCall): Reply {
  const row = issueIn(call);
  row.labels = names(call.body);
  return ok(row.labels.map((name) => labelView(name, call.repo, call.base)));
}

function names(body: RepoCall["body"]): readonly string[] {
  return (list(body, "labels") ?? []).map((label) => {
    const name = isRecord(label) ? label.name : label;
    if (typeof name !== "string") throw unprocessable("A label needs a name");
    return name;
  });
}
