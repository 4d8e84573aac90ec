import {
  created,
  flag,
  idParam,
  isRecord,
  noContent,
  ok,
  type Reply,
  type RepoCall,
  requiredText,
  text,
  texts,
} from "../call.ts";
import { latestStatuses } from "../commit-statuses.ts";
import type { DeploymentRow, RepoRow } from "../entities.ts";
import { ensureEnvironment } from "../environments.ts";
import { conflict, notFound, unprocessable, validationFailed } from "../errors.ts";
import { mergeInto } from "../git/merge.ts";
import { isAncestor } from "../git/objects.ts";
import { branchRef, resolveCommit } from "../git/revisions.ts";
import type { Hub } from "../hub.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { deploymentView } from "../views/deployment.ts";

const repoPath = "/deployments";
const one = `${repoPath}/:deployment`;
const read = "deployments=read";
const write = "deployments=write";

export const deploymentRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "deployments-list", accepts: read, run: listDeployments },
  {
    method: "POST",
    repoPath,
    action: "deployment-create",
    accepts: write,
    content: true,
    run: createDeployment,
  },
  { method: "GET", repoPath: one, action: "deployment-get", accepts: read, run: getDeployment },
  {
    method: "DELETE",
    repoPath: one,
    action: "deployment-delete",
    accepts: write,
    run: deleteDeployment,
  },
];

/** Newest first. */
function listDeployments(call: RepoCall): Reply {
  const { query, repo, base } = call;
  const wanted = (field: string, value: string) => (query.get(field) ?? value) === value;
  const rows = [...repo.deployments.values()].filter(
    ({ sha, ref, task, environment }) =>
      wanted("sha", sha) &&
      wanted("ref", ref) &&
      wanted("task", task) &&
      wanted("environment", environment),
  );
  return listReply(call, rows.toReversed(), (row) => deploymentView(row, repo, base));
}

function createDeployment(call: RepoCall, hub: Hub): Reply {
  const { repo, body, actor, base, at } = call;
  const ref = requiredText(body, "ref");
  const sha = resolveCommit(repo, ref);
  if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
  const description = text(body, "description") ?? null;
  if (description !== null && description.length > 140) throw tooLong("Deployment");
  const environment = text(body, "environment") ?? "production";
  const payload = body.payload ?? {};
  if (!isRecord(payload) && typeof payload !== "string")
    throw unprocessable("payload is not valid");
  checkContexts(repo, sha, texts(body, "required_contexts"));
  const isBranch = repo.git.refs.get(branchRef(ref)) === sha;
  if ((flag(body, "auto_merge") ?? true) && isBranch && mergesDefault(call, ref)) {
    return {
      status: 202,
      body: { message: `Auto-merged ${repo.defaultBranch} into ${ref} on deployment.` },
    };
  }
  ensureEnvironment(repo, environment, hub);
  const row: DeploymentRow = {
    id: hub.nextId(),
    ref,
    sha,
    task: text(body, "task") ?? "deploy",
    environment,
    description,
    payload,
    transient: flag(body, "transient_environment") ?? false,
    production: flag(body, "production_environment") ?? environment === "production",
    creator: actor.user,
    createdMs: at,
    updatedMs: at,
    statuses: [],
  };
  repo.deployments.set(row.id, row);
  return created(deploymentView(row, repo, base));
}

/** A deployment of a branch that is behind the default branch brings it up to date instead. */
function mergesDefault({ repo, actor, at }: RepoCall, branch: string): boolean {
  const theirs = repo.git.refs.get(branchRef(repo.defaultBranch));
  const ours = repo.git.refs.get(branchRef(branch));
  if (theirs === undefined || ours === undefined) return false;
  if (isAncestor(repo.git, theirs, ours)) return false;
  const message = `Merge ${repo.defaultBranch} into ${branch}`;
  const sha = mergeInto(repo.git, { ours, theirs, message, user: actor.user, atMs: at });
  repo.git.refs.set(branchRef(branch), sha);
  return true;
}

/** Without a list every status of the commit has to be a success. */
function checkContexts(repo: RepoRow, sha: string, contexts: readonly string[] | undefined): void {
  const statuses = latestStatuses(repo, sha);
  const wanted = contexts ?? statuses.map(({ context }) => context);
  const isGreen = (context: string) =>
    statuses.some((status) => status.context === context && status.state === "success");
  if (!wanted.every(isGreen)) throw conflict("Conflict: Commit status checks failed for the ref.");
}

function getDeployment(call: RepoCall): Reply {
  return ok(deploymentView(deploymentIn(call), call.repo, call.base));
}

/** Only an inactive one, unless it is the last. */
function deleteDeployment(call: RepoCall): Reply {
  const row = deploymentIn(call);
  const isInactive = row.statuses.at(-1)?.state === "inactive";
  if (!isInactive && call.repo.deployments.size > 1) {
    throw unprocessable(
      "We cannot delete an active deployment unless it is the only deployment in a given environment.",
    );
  }
  call.repo.deployments.delete(row.id);
  return noContent;
}

export function deploymentIn(call: RepoCall): DeploymentRow {
  const found = call.repo.deployments.get(idParam(call, "deployment"));
  if (!found) throw notFound();
  return found;
}

export function tooLong(resource: string) {
  return validationFailed({
    resource,
    field: "description",
    code: "custom",
    message: "description is too long (maximum is 140 characters)",
  });
}
