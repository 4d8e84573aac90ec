import {
  created,
  flag,
  noContent,
  ok,
  param,
  type Reply,
  type RepoCall,
  requiredText,
} from "../call.ts";
import type { RepoRow } from "../entities.ts";
import { notFound, ruleViolation, unprocessable } from "../errors.ts";
import { isAncestor } from "../git/objects.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { mayWriteTo } from "../rules.ts";
import { refView } from "../views/git.ts";

const read = "contents=read";
const write = "contents=write";
const one = "/git/refs/*ref";

export const refRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath: "/git/ref/*ref", action: "ref-get", accepts: read, run: getRef },
  {
    method: "GET",
    repoPath: "/git/matching-refs/*ref",
    action: "refs-matching",
    accepts: read,
    run: listMatching,
  },
  {
    method: "POST",
    repoPath: "/git/refs",
    action: "ref-create",
    accepts: write,
    content: true,
    run: createRef,
  },
  {
    method: "PATCH",
    repoPath: one,
    action: "ref-update",
    accepts: write,
    content: true,
    run: updateRef,
  },
  { method: "DELETE", repoPath: one, action: "ref-delete", accepts: write, run: deleteRef },
];

function getRef(call: RepoCall): Reply {
  const ref = refIn(call);
  const sha = call.repo.git.refs.get(ref);
  if (sha === undefined) throw notFound();
  return ok(refView(ref, sha, call));
}

function listMatching(call: RepoCall): Reply {
  const prefix = refIn(call);
  const found = [...call.repo.git.refs].filter(([ref]) => ref.startsWith(prefix)).toSorted();
  return listReply(call, found, ([ref, sha]) => refView(ref, sha, call));
}

/** Creates only what is not there: of two callers one gets 422. */
function createRef(call: RepoCall): Reply {
  const { repo, body } = call;
  const ref = requiredText(body, "ref");
  const sha = requiredText(body, "sha");
  if (!/^refs\/[^/]+\/.+$/.test(ref)) {
    throw unprocessable("Reference name must start with 'refs/' and have at least two slashes.");
  }
  if (!isRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
  if (repo.git.refs.has(ref)) throw unprocessable("Reference already exists");
  if (!repo.git.commits.has(sha)) throw unprocessable("Object does not exist");
  // A file and a folder cannot share a name, and git keeps references as files.
  const isInTheWay = [...repo.git.refs.keys()].some(
    (other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`),
  );
  if (isInTheWay) throw unprocessable("Reference update failed");
  repo.git.refs.set(ref, sha);
  return created(refView(ref, sha, call));
}

function updateRef(call: RepoCall): Reply {
  const { repo, body } = call;
  const ref = refIn(call);
  const sha = requiredText(body, "sha");
  const head = repo.git.refs.get(ref);
  if (head === undefined) throw unprocessable("Reference does not exist");
  if (!repo.git.commits.has(sha)) throw unprocessable("Object does not exist");
  checkRules(repo, ref, call);
  if (flag(body, "force") !== true && !isAncestor(repo.git, head, sha)) {
    throw unprocessable("Update is not a fast forward");
  }
  repo.git.refs.set(ref, sha);
  return ok(refView(ref, sha, call));
}

function deleteRef(call: RepoCall): Reply {
  const ref = refIn(call);
  if (!call.repo.git.refs.has(ref)) throw unprocessable("Reference does not exist");
  checkRules(call.repo, ref, call);
  call.repo.git.refs.delete(ref);
  return noContent;
}

function checkRules(repo: RepoRow, ref: string, { actor }: RepoCall): void {
  const branch = ref.replace(/^refs\/heads\//, "");
  if (branch !== ref && !mayWriteTo(repo, branch, actor)) throw ruleViolation();
}

const refIn = (call: RepoCall) => `refs/${param(call, "ref")}`;

function isRefName(ref: string): boolean {
  return !/\.\.|[\s~^:?*[\\]|@\{|\/\/|\/$|\.lock$|\.$|\/\./.test(ref);
}
