/** Builds are ordered once: what a lost answer ordered is looked for before another try. */

import { type ApiError, isApiError } from "#silo/errors.ts";
import type { NetlifyBuild, NetlifyDeployState, NetlifySite } from "#world/netlify.ts";
import { list, ShapeError } from "../shape.ts";
import type { NetlifyCalls } from "./call.ts";
import { type DeployAnswer, readBuild, readDeploy } from "./shapes.ts";
import { deployUrl } from "./sites.ts";

interface Order {
  readonly site: NetlifySite;
  readonly branch: string;
  readonly title: string;
}

/** A deploy may take a moment to be listed. */
const looksAfterMs = [1_000, 3_000, 6_000];

export async function startBuild(calls: NetlifyCalls, order: Order): Promise<NetlifyBuild> {
  const before = new Set((await buildsOf(calls, order)).map(({ id }) => id));
  for (let triesLeft = 1; ; triesLeft--) {
    try {
      return await startOnce(calls, order);
    } catch (error) {
      if (!isApiError(error) || !error.facts.ambiguous) throw error;
      const made = await lookFor(calls, order, before, error);
      if (made) return made;
      if (triesLeft === 0) throw error;
    }
  }
}

function startOnce(calls: NetlifyCalls, { site, branch, title }: Order): Promise<NetlifyBuild> {
  return calls.call({
    operation: `start a build of ${site.name} for branch ${branch}`,
    method: "POST",
    path: ["sites", site.id, "builds"],
    query: { branch, title },
    effect: "once",
    read({ body }) {
      const { id, deploy_id } = readBuild(body, "the build");
      return { id, deployId: deploy_id };
    },
  });
}

/** The newest build of that title that was not there before. Throws `lost` when it cannot look. */
async function lookFor(
  calls: NetlifyCalls,
  order: Order,
  before: ReadonlySet<string>,
  lost: ApiError,
): Promise<NetlifyBuild | undefined> {
  for (const afterMs of looksAfterMs) {
    await calls.clock.sleep(afterMs);
    const found = await buildsOf(calls, order).catch(() => {
      throw lost;
    });
    const made = found.find(({ id }) => !before.has(id));
    if (made) return { id: made.build_id ?? "", deployId: made.id };
  }
  return undefined;
}

/** Newest first. Builds themselves have no title, their deploys do. */
async function buildsOf(
  calls: NetlifyCalls,
  { site, branch, title }: Order,
): Promise<readonly DeployAnswer[]> {
  return calls.call({
    operation: `list the deploys of ${site.name}`,
    method: "GET",
    path: ["sites", site.id, "deploys"],
    query: { branch, per_page: "100" },
    effect: "read",
    read: ({ body }) =>
      list(readDeploy)(body, "the deploys").filter(
        (deploy) => deploy.title === title && deploy.branch === branch && deploy.build_id,
      ),
  });
}

export async function getDeploy(
  calls: NetlifyCalls,
  site: NetlifySite,
  deployId: string,
): Promise<NetlifyDeployState> {
  return calls.call({
    operation: `read the deploy ${deployId} of ${site.name}`,
    method: "GET",
    path: ["sites", site.id, "deploys", deployId],
    effect: "read",
    read: ({ body }) => stateOf(calls, site, readDeploy(body, "the deploy")),
  });
}

/** Every other state is on its way to one of these, new ones that nobody knows yet included. */
const failedStates = ["error", "rejected"];

function stateOf(calls: NetlifyCalls, site: NetlifySite, deploy: DeployAnswer): NetlifyDeployState {
  const { state, error_message } = deploy;
  if (failedStates.includes(state)) {
    const message = calls.shown(error_message ?? "");
    return { kind: "failed", message: message || `Netlify says ${state} and not why` };
  }
  if (state !== "ready") return { kind: "running", state: calls.shown(state) };
  const url = deployUrl(deploy, site);
  if (url === undefined) throw new ShapeError("the deploy is ready and has no address");
  return { kind: "ready", url };
}
