import { ok, param, type Reply, type RepoCall } from "../call.ts";
import { notFound } from "../errors.ts";
import { compareCommits } from "../git/compare.ts";
import { resolveCommit } from "../git/revisions.ts";
import type { RepoRoute } from "../router.ts";
import { commitView } from "../views/git.ts";
import { changeView } from "../views/pull.ts";
import { repoPage, repoUrl } from "../views/repository.ts";

export const compareRoutes: readonly RepoRoute[] = [
  {
    method: "GET",
    repoPath: "/compare/:basehead",
    action: "commits-compare",
    accepts: "contents=read",
    run: compare,
  },
];

const mostFiles = 300;

/** Histories are linear here, so the base is what both have in common. */
function compare(call: RepoCall): Reply {
  const { repo, base: api } = call;
  const [from = "", to = ""] = param(call, "basehead").split("...");
  const [base, head] = [resolveCommit(repo, from), resolveCommit(repo, to)];
  if (base === undefined || head === undefined) throw notFound();
  const viewOf = (sha: string) => {
    const commit = repo.git.commits.get(sha);
    if (!commit) throw notFound();
    return commitView(sha, commit, call);
  };
  const page = `${repoPage(repo)}/compare/${from}...${to}`;
  return ok({
    url: `${repoUrl(repo, api)}/compare/${from}...${to}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: viewOf(base),
    merge_base_commit: viewOf(base),
    status: base === head ? "identical" : "ahead",
    ahead_by: base === head ? 0 : 1,
    behind_by: 0,
    total_commits: base === head ? 0 : 1,
    commits: base === head ? [] : [viewOf(head)],
    files: compareCommits(repo.git, base, head)
      .slice(0, mostFiles)
      .map((change) => changeView(change, head, call)),
  });
}
