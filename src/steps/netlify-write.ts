/**
 * The frontend of a silo that runs: the URL and the anon key as variables of one branch of the
 * Netlify site, and a build when one of them changed. The record says `unbuilt` from before the
 * first write until the build has ended, so that a run that died between the two is continued by a
 * build. A stop leaves the values: without Kong they open nothing. What a person changed or removed
 * since is set again.
 */

import { isApiError, Refused } from "#silo/errors.ts";
import { handedMetadata } from "#silo/handed-out.ts";
import { refuseUnlessPublic } from "#silo/public-variables.ts";
import { keys } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import { type ConnectionInfo, connectionInfo } from "#state/connection-info.ts";
import type { DesiredFrontend, FrontendVariable } from "#state/frontend.ts";
import type { Situation } from "#state/situation.ts";
import type { NetlifySite, NetlifyWrites } from "#world/netlify.ts";
import { type StepRule, siloStep } from "./build-step.ts";
import { siteSetKind } from "./recipient-set.ts";
import { patchRecord } from "./record-open.ts";
import type { StepWorld } from "./types.ts";

/** Of the record: values may be written that no build has seen. */
const unbuilt = "unbuilt";

const timeoutMs = 15 * 60_000;
/** Less than the step has, so that a build without end is a note and no failure. */
const followMs = 14 * 60_000;
const pollMs = 10_000;

export const netlifyWrite: StepRule = (situation, soFar) => {
  const { frontend, observed, power, record, silo } = situation;
  if (!frontend || power.state !== "running") return [];
  const isBuilt = record?.frontend === frontend.digest;
  const strays = isBuilt ? (observed.strayVariables ?? []) : [];
  if (isBuilt && strays.length === 0) return [];
  const open = siloStep(situation, "netlify-open", {
    effect: "record",
    text: `Record that the frontend of ${silo.slug} is to be built`,
    // A machine's update would take back what was written meanwhile.
    after: soFar
      .filter(({ kind }) => ["ready-wait", "machine-update", siteSetKind].includes(kind))
      .map(({ key }) => key),
    run: (world) => patchRecord(world, situation, { [keys.frontend]: unbuilt }),
  });
  const write = siloStep(situation, "netlify-write", {
    effect: "update",
    text: writeText(frontend, strays),
    after: [...open.after, open.key],
    timeoutMs,
    run: (world) => writeAndBuild(world, situation, frontend),
  });
  const mark = siloStep(situation, "netlify-mark", {
    effect: "record",
    text: `Record what the frontend of ${silo.slug} was built with`,
    after: [write.key, `${silo.slug}/github-preview`],
    run: async (world) => {
      const { frontend: built } = world.facts;
      if (!built) return;
      await patchRecord(world, situation, {
        [keys.frontend]: frontend.digest,
        [keys.previewUrl]: built.previewUrl ?? null,
        ...handedMetadata("netlify", world.facts.handed.get("netlify")),
      });
    },
  });
  return record?.frontend === unbuilt ? [write, mark] : [open, write, mark];
};

function writeText(
  { site, branch, variables }: DesiredFrontend,
  strays: readonly string[],
): string {
  const where = `for the branch ${branch} of the Netlify site ${site}`;
  return strays.length > 0
    ? `Set ${strays.join(", ")} ${where} again, and build it: changed or removed by hand`
    : `Set ${variables.map(({ key }) => key).join(", ")} ${where}, and build it`;
}

async function writeAndBuild(
  world: StepWorld,
  { silo, record }: Situation,
  frontend: DesiredFrontend,
): Promise<void> {
  const netlify = netlifyOf(world);
  const info = connectionInfo(silo, await world.credentials(), undefined);
  // All are looked at before the first is written.
  const values = frontend.variables.map((variable) => publicValue(variable, info));
  const site = await siteOf(world, silo.slug, frontend.site);
  if (!site) return;
  let isDue = record?.frontend === unbuilt;
  for (const { key, value } of values) {
    const isNew = await netlify.putValue(site, key, frontend.branch, value);
    isDue ||= isNew;
  }
  const trouble = isDue ? await build(world, silo.slug, site, frontend.branch) : undefined;
  if (trouble !== undefined) {
    world.note(
      `${silo.slug}: Netlify did not build ${frontend.branch} of ${site.name}: ${trouble}; its variables are set`,
    );
  }
  world.facts.handed.set("netlify", {
    generation: record?.generations.at(-1)?.number ?? 1,
    provenAt: Math.floor(world.clock.now() / 1_000),
    fingerprint: world.fingerprint(
      values.map(({ key, value }) => ({
        consumer: "netlify",
        target: `${site.id}/${frontend.branch}`,
        name: key,
        value,
      })),
    ),
  });
  world.facts.frontend = { previewUrl: await netlify.branchUrl(site, frontend.branch) };
}

/** Throws `Refused` for anything but the URL and the anon key under a name that says so. */
function publicValue({ key, field }: FrontendVariable, info: ConnectionInfo) {
  const known = info[field];
  const value = known instanceof Secret ? known : new Secret(known ?? "");
  refuseUnlessPublic({ name: key, field, value });
  return { key, value: value.reveal() };
}

/** Orders a build and follows it to its end; gives what went wrong with it. */
async function build(
  world: StepWorld,
  slug: string,
  site: NetlifySite,
  branch: string,
): Promise<string | undefined> {
  const { clock, signal } = world;
  const netlify = netlifyOf(world);
  try {
    const { deployId } = await netlify.startBuild(site, branch, `silo ${slug}`);
    const deadline = clock.now() + followMs;
    for (;;) {
      const deploy = await netlify.getDeploy(site, deployId);
      if (deploy.kind === "ready") return undefined;
      if (deploy.kind === "failed") return deploy.message;
      if (clock.now() >= deadline) return `it still is "${deploy.state}" after 14 minutes`;
      await clock.sleep(pollMs, signal);
    }
  } catch (error) {
    // A refusal will be the same the next time; anything else is worth another run.
    const isRefusal = isApiError(error) && refusals.includes(error.facts.category);
    if (!isRefusal) throw error;
    return error.message;
  }
}

const refusals: readonly string[] = ["invalid", "forbidden", "not_found", "conflict"];

/** A site that is not there is said, and keeps its step due. */
export async function siteOf(
  world: StepWorld,
  slug: string,
  site: string,
): Promise<NetlifySite | undefined> {
  const found = await netlifyOf(world).findSite(site);
  if (!found) {
    world.note(`${slug}: there is no Netlify site ${site}, or NETLIFY_AUTH_TOKEN does not see it`);
  }
  return found;
}

export function netlifyOf({ netlify }: Pick<StepWorld, "netlify">): NetlifyWrites {
  if (netlify) return netlify;
  throw new Refused("Netlify cannot be reached without NETLIFY_AUTH_TOKEN", {
    exitCode: 2,
    fix: "set it; netlify.com makes one under User settings, Applications",
  });
}
