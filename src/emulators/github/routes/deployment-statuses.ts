import {
  created,
  flag,
  idParam,
  ok,
  oneOf,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import type { DeploymentRow, RepoRow } from "../entities.ts";
import { notFound } from "../errors.ts";
import type { Hub } from "../hub.ts";
import { listReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { deploymentStatusView } from "../views/deployment.ts";
import { deploymentIn, tooLong } from "./deployments.ts";

const repoPath = "/deployments/:deployment/statuses";
const read = "deployments=read";

export const deploymentStatusRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "deployment-statuses-list", accepts: read, run: listStatuses },
  {
    method: "POST",
    repoPath,
    action: "deployment-status-create",
    accepts: "deployments=write",
    content: true,
    run: createStatus,
  },
  {
    method: "GET",
    repoPath: `${repoPath}/:status`,
    action: "deployment-status-get",
    accepts: read,
    run: getStatus,
  },
];

const states = [
  "error",
  "failure",
  "inactive",
  "in_progress",
  "queued",
  "pending",
  "success",
] as const;

/** Newest first. */
function listStatuses(call: RepoCall): Reply {
  const deployment = deploymentIn(call);
  return listReply(call, deployment.statuses.toReversed(), (status) =>
    deploymentStatusView(status, deployment, call),
  );
}

function createStatus(call: RepoCall, hub: Hub): Reply {
  const { body, repo } = call;
  const deployment = deploymentIn(call);
  const state = oneOf(requiredText(body, "state"), "state", states);
  const description = text(body, "description") ?? "";
  if (description.length > 140) throw tooLong("DeploymentStatus");
  const add = (row: DeploymentRow, more: { state: string; urls: readonly [string, string] }) => {
    const status = {
      id: hub.nextId(),
      state: more.state,
      description: row === deployment ? description : "",
      environmentUrl: more.urls[0],
      logUrl: more.urls[1],
      creator: call.actor.user,
      createdMs: call.at,
    };
    row.statuses.push(status);
    row.updatedMs = call.at;
    return status;
  };
  const log = text(body, "log_url") ?? text(body, "target_url") ?? "";
  const status = add(deployment, { state, urls: [text(body, "environment_url") ?? "", log] });
  if (state === "success" && (flag(body, "auto_inactive") ?? true)) {
    for (const earlier of replacedBy(deployment, repo)) {
      add(earlier, { state: "inactive", urls: ["", ""] });
    }
  }
  return created(deploymentStatusView(status, deployment, call));
}

/** Earlier successes of the same environment, unless it is transient or production. */
function replacedBy(deployment: DeploymentRow, repo: RepoRow): readonly DeploymentRow[] {
  return [...repo.deployments.values()].filter(
    (other) =>
      other.id < deployment.id &&
      other.environment === deployment.environment &&
      !other.transient &&
      !other.production &&
      other.statuses.at(-1)?.state === "success",
  );
}

function getStatus(call: RepoCall): Reply {
  const deployment = deploymentIn(call);
  const id = idParam(call, "status");
  const found = deployment.statuses.find((status) => status.id === id);
  if (!found) throw notFound();
  return ok(deploymentStatusView(found, deployment, call));
}
