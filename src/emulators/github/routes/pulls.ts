import {
  created,
  flag,
  idParam,
  ok,
  oneOf,
  param,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import type { IssueRow, PullRow, RepoRow } from "../entities.ts";
import { notFound, unprocessable, validationFailed } from "../errors.ts";
import { compareCommits } from "../git/compare.ts";
import { branchRef } from "../git/revisions.ts";
import type { Hub } from "../hub.ts";
import { addIssue, setState } from "../issues.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { changeView, fullPullView, pullView } from "../views/pull.ts";
import { repoName } from "../views/repository.ts";

const repoPath = "/pulls";
const one = `${repoPath}/:pull`;
const read = "pull_requests=read";
const write = "pull_requests=write";

export const pullRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "pulls-list", accepts: read, run: listPulls },
  {
    method: "POST",
    repoPath,
    action: "pull-create",
    accepts: write,
    content: true,
    run: createPull,
  },
  { method: "GET", repoPath: one, action: "pull-get", accepts: read, run: getPull },
  {
    method: "PATCH",
    repoPath: one,
    action: "pull-update",
    accepts: write,
    content: true,
    run: updatePull,
  },
  { method: "GET", repoPath: `${one}/files`, action: "pull-files", accepts: read, run: listFiles },
  {
    method: "GET",
    repoPath: "/commits/:sha/pulls",
    action: "commit-pulls-list",
    accepts: read,
    run: listPullsOfCommit,
  },
];

type Pull = IssueRow & { readonly pull: PullRow };

/** Newest first. */
function listPulls(call: RepoCall): Reply {
  const { query, repo, base } = call;
  const state = query.get("state") ?? "open";
  const wanted = (field: string, value: string) => (query.get(field) ?? value) === value;
  const rows = pullsOf(repo).filter(
    (row) =>
      (state === "all" || row.state === state) &&
      wanted("base", row.pull.baseRef) &&
      wanted("head", `${row.pull.headRepository.split("/")[0]}:${row.pull.headRef}`),
  );
  return listReply(call, rows.toReversed(), (row) => pullView(row, repo, base));
}

/** Merged ones by their merge, open ones by their head. */
function listPullsOfCommit(call: RepoCall): Reply {
  const { repo, base } = call;
  const sha = param(call, "sha");
  if (!repo.git.commits.has(sha)) throw unprocessable(`No commit found for SHA: ${sha}`);
  const rows = pullsOf(repo).filter(({ pull }) => pull.merge?.sha === sha || pull.headSha === sha);
  return listReply(call, rows, (row) => pullView(row, repo, base));
}

function createPull(call: RepoCall, hub: Hub): Reply {
  const { repo, body, actor } = call;
  const head = requiredText(body, "head").replace(/^[^:]*:/, "");
  const base = requiredText(body, "base");
  const headSha = repo.git.refs.get(branchRef(head));
  const baseSha = repo.git.refs.get(branchRef(base));
  if (headSha === undefined) throw invalid("head", "invalid");
  if (baseSha === undefined) throw invalid("base", "invalid");
  if (headSha === baseSha)
    throw invalid("head", "custom", `No commits between ${base} and ${head}`);
  const exists = pullsOf(repo).some(
    ({ state, pull }) => state === "open" && pull.headRef === head && pull.baseRef === base,
  );
  if (exists) {
    throw invalid("head", "custom", `A pull request already exists for ${repo.owner}:${head}.`);
  }
  const pull: PullRow = {
    headRef: head,
    headSha,
    baseRef: base,
    baseSha,
    headRepository: repoName(repo),
    draft: flag(body, "draft") ?? false,
  };
  const title = requiredText(body, "title");
  const given = { title, body: text(body, "body") ?? null, user: actor.user, pull };
  const row = addIssue(repo, given, hub);
  return created(view({ ...row, pull }, call));
}

function getPull(call: RepoCall): Reply {
  return ok(view(pullIn(call), call));
}

function updatePull(call: RepoCall): Reply {
  const { body, at, repo } = call;
  const { number } = pullIn(call);
  const row = repo.issues.get(number);
  if (!row) throw notFound();
  row.title = text(body, "title") ?? row.title;
  row.body = text(body, "body") ?? row.body;
  const state = text(body, "state");
  if (state !== undefined) setState(row, oneOf(state, "state", ["open", "closed"]), at);
  row.updatedMs = at;
  return ok(view(pullIn(call), call));
}

function listFiles(call: RepoCall): Reply {
  const { pull } = pullIn(call);
  const changes = compareCommits(call.repo.git, pull.baseSha, pull.headSha);
  return listReply(call, changes, (change) => changeView(change, pull.headSha, call));
}

function view(row: Pull, call: RepoCall) {
  const { baseSha, headSha } = row.pull;
  return fullPullView(row, compareCommits(call.repo.git, baseSha, headSha), call);
}

function pullIn(call: RepoCall): Pull {
  const number = idParam(call, "pull");
  const found = pullsOf(call.repo).find((row) => row.number === number);
  if (!found) throw notFound();
  return found;
}

/** An open one follows its branch. */
function pullsOf(repo: RepoRow): readonly Pull[] {
  return [...repo.issues.values()].flatMap((row) => {
    if (!row.pull) return [];
    const headSha =
      (row.state === "open" && repo.git.refs.get(branchRef(row.pull.headRef))) || row.pull.headSha;
    return [{ ...row, pull: { ...row.pull, headSha } }];
  });
}

function invalid(field: string, code: string, message?: string) {
  return validationFailed({ resource: "PullRequest", field, code, ...(message && { message }) });
}
