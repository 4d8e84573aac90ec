/** Whether each organisation of the specs can be read, and has room. */

import { isApiError } from "#silo/errors.ts";
import { appName, serviceNames } from "#silo/names.ts";
import type { FlyReads } from "#world/fly.ts";
import type { Check, CheckWorld, Finding } from "./types.ts";

/** Fly shows nobody the limits of an organisation: docs/about/free-trial, and what users report (2026-08). */
const trialMachines = 10;
const newOrganisationMachines = 50;

export const flyOrganisations: Check = {
  name: "fly-organisations",
  async run(world) {
    const { fly, selected } = world;
    if ("closed" in fly) return [];
    const orgs = [...new Set(selected.map(({ spec }) => spec.devenv.fly_org))].sort();
    const parts = await fly.open.reads.currentTokens();
    const held = new Set(
      parts.flatMap(({ org_slug, organization }) => org_slug ?? organization ?? []),
    );
    const extra = [...held].filter((org) => !orgs.includes(org)).sort();
    const each = await Promise.all(orgs.map((org) => organisation(fly.open.reads, org, world)));
    return [...each.flat(), ...extra.map((org) => unneeded(org, world))];
  },
};

async function organisation(
  fly: FlyReads,
  org: string,
  world: CheckWorld,
): Promise<readonly Finding[]> {
  try {
    const { items, errorRegions } = await fly.listOrgMachines(org);
    const partial: Finding[] = errorRegions.length > 0 ? [partialAnswer(org, errorRegions)] : [];
    const readable: Finding = { about: org, verdict: "ok", text: "can be read with the token" };
    const apps = items.map(({ app_name }) => app_name);
    return [readable, ...partial, room(org, apps, world)];
  } catch (error) {
    if (!isApiError(error, "forbidden") && !isApiError(error, "not_found")) throw error;
    const text = "no token of FLY_API_TOKEN may read it, though a spec names it";
    const fix = `\`fly tokens create org -o ${org} -x 2160h\`, added to FLY_API_TOKEN after a comma`;
    return [{ about: org, verdict: "failed", text, fix }];
  }
}

function partialAnswer(org: string, regions: readonly string[]): Finding {
  return {
    about: org,
    verdict: "warning",
    text: `Fly did not answer for ${regions.join(", ")}: what is not in its lists may be there all the same`,
    fix: "wait; silos are read one by one meanwhile, and nothing is taken for absent",
  };
}

/** Machines that are there prove that there is room for them. */
function room(org: string, apps: readonly string[], { silos }: CheckWorld): Finding {
  const machines = apps.length;
  const there = new Set(apps);
  const missing = silos
    .filter(({ spec }) => spec.devenv.fly_org === org)
    .flatMap(({ slugs, spec: { devenv } }) =>
      serviceNames
        .filter((name) => name !== "studio" || devenv.services.studio.enabled)
        .map((name) => appName(slugs, name))
        .filter((app) => !there.has(app)),
    ).length;
  const total = machines + missing;
  if (missing === 0) {
    return { about: org, verdict: "ok", text: `has room: all its ${machines} machines are there` };
  }
  const text = `has ${machines} machines and is to have ${total}`;
  if (total <= trialMachines) return { about: org, verdict: "ok", text };
  const known = `a trial allows ${trialMachines}, a new organisation about ${newOrganisationMachines}`;
  return {
    about: org,
    verdict: total > newOrganisationMachines ? "warning" : "unknown",
    text: `${text}; Fly tells nobody the limit (${known})`,
    fix: "have a card on the organisation, and ask Fly's support for more before it is needed",
  };
}

function unneeded(org: string, { silos }: CheckWorld): Finding {
  const isOther = silos.some(({ spec }) => spec.devenv.fly_org === org);
  if (isOther) return { about: org, verdict: "ok", text: "is for silos that were not asked about" };
  return {
    about: org,
    verdict: "warning",
    text: "can be reached with the token, though no spec names it",
    fix: "one token an organisation, and only of those that hold silos",
  };
}
