/**
 * The card of a silo on GitHub: one deployment of it, which says whether it runs, and where. None is
 * made before its environment is there and restricted: GitHub would make one that is open.
 */

import { isApiError } from "#silo/errors.ts";
import { supabaseUrl } from "#silo/names.ts";
import { environmentName } from "#state/delivery.ts";
import type { DeploymentState, GitHubDeployment } from "#world/github.ts";
import type { StatusDocument } from "./commit-status.ts";
import type { GitHubConnection } from "./types.ts";

/** Throws at the first one that GitHub refuses: the next would not fare better. */
export async function showDeployments(
  { github, repository }: GitHubConnection,
  documents: readonly StatusDocument[],
): Promise<void> {
  // The token of the run is good for its own repository only.
  const shown = documents.filter(
    ({ silo }) => (silo.spec.secrets.repository ?? repository) === repository,
  );
  if (shown.length === 0) return;
  const { defaultBranch } = await github.repository(repository);
  for (const document of shown) {
    await show({ github, repository }, defaultBranch, document);
  }
}

async function show(
  { github, repository }: GitHubConnection,
  ref: string,
  document: StatusDocument,
): Promise<void> {
  const { silo, status } = document;
  const environment = environmentName(silo.slugs, "devops");
  const state = stateOf(document);
  const description = `${silo.slug}: ${status.overall_status}`;
  const there = newest(await github.listDeployments(repository, environment), ref);
  if (there && (await github.getDeploymentState(repository, there.id)) === state) return;
  const deployment = there ?? (await create());
  if (!deployment) return;
  await github.setDeploymentState(repository, deployment.id, {
    state,
    description,
    ...(state === "success" && { environmentUrl: supabaseUrl(silo.slugs) }),
  });

  async function create(): Promise<GitHubDeployment | undefined> {
    if (state === "inactive") return undefined;
    const seen = await github.getEnvironment(repository, environment).catch(unlessForbidden);
    if (seen?.branchPolicy === undefined) return undefined;
    return github.createDeployment(repository, { ref, environment, description });
  }
}

/** Who may not see the environment cannot tell that it is restricted. */
function unlessForbidden(error: unknown): undefined {
  if (isApiError(error, "forbidden")) return undefined;
  throw error;
}

function newest(
  deployments: readonly GitHubDeployment[],
  ref: string,
): GitHubDeployment | undefined {
  const [first] = deployments
    .filter((one) => one.ref === ref)
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id);
  return first;
}

function stateOf({ result, status }: StatusDocument): DeploymentState {
  if (result === "failed" || status.overall_status === "degraded") return "failure";
  if (status.overall_status === "running") return "success";
  const isOff = status.overall_status === "stopped" || status.overall_status === "absent";
  return isOff ? "inactive" : "in_progress";
}
