import { isoTime } from "../call.ts";
import type { DeploymentRow, DeploymentStatusRow, RepoRow } from "../entities.ts";
import { repoUrl } from "./repository.ts";
import { nodeId, userView } from "./users.ts";

export function deploymentView(row: DeploymentRow, repo: RepoRow, base: string) {
  const repository = repoUrl(repo, base);
  const url = `${repository}/deployments/${row.id}`;
  return {
    url,
    id: row.id,
    node_id: nodeId("DE", row.id),
    sha: row.sha,
    ref: row.ref,
    task: row.task,
    payload: row.payload,
    original_environment: row.environment,
    environment: row.environment,
    description: row.description,
    creator: userView(row.creator, base),
    created_at: isoTime(row.createdMs),
    updated_at: isoTime(row.updatedMs),
    statuses_url: `${url}/statuses`,
    repository_url: repository,
    transient_environment: row.transient,
    production_environment: row.production,
  };
}

export function deploymentStatusView(
  status: DeploymentStatusRow,
  deployment: DeploymentRow,
  where: { readonly repo: RepoRow; readonly base: string },
) {
  const repository = repoUrl(where.repo, where.base);
  const url = `${repository}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state,
    creator: userView(status.creator, where.base),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: isoTime(status.createdMs),
    updated_at: isoTime(status.createdMs),
    deployment_url: url,
    repository_url: repository,
  };
}
