/**
 * Silos whose spec a merged change took away, or a pull request would: what destroying them takes. What
 * is still there says that something is to be removed, the history of the default branch whether
 * anybody removed its spec; so a removal that was cut off is seen by every later run until it is done.
 */

import { joinPlans, type SiloPlan } from "#engine/plan.ts";
import type { Look } from "#engine/run-silo.ts";
import { usd } from "#render/plan-words.ts";
import { Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import { findingLine } from "#spec/finding.ts";
import { orphansOf } from "#state/orphans.ts";
import type { Intent } from "#state/situation.ts";
import type { Files } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import { blastRadius } from "./blast-radius.ts";
import { makePlan } from "./make-plan.ts";
import { type Fleets, orgsOf, readFleet, readFleets } from "./read-fleets.ts";
import { parseShard } from "./shard.ts";
import { loadAll, withFile } from "./spec-to-be.ts";
import type { CommandContext, FormerSpec, Specs } from "./types.ts";

export interface Removals {
  readonly silos: readonly Silo[];
  /** One a silo, in their order. */
  readonly looks: readonly Look[];
  readonly notes: readonly string[];
  readonly intent: Intent;
  /** Of those asked for: whose spec is gone, whether or not anything of it is left. */
  readonly gone: readonly string[];
}

const none = { silos: [], looks: [], notes: [], gone: [] } as const;

/** What belongs to a change, with its refusals; what earlier changes have left, if nothing is in its way. */
export async function findRemovals(
  context: CommandContext,
  specs: Specs,
  fly: FlyReads,
): Promise<Removals & { readonly fleets: Fleets }> {
  const read = await Promise.all([
    readFleets(fly, { ...specs, selected: specs.silos }),
    fleetsOfTokens(specs, fly),
  ]);
  const fleets = new Map(read.flatMap((some) => [...some]));
  const shard = context.options.value("shard");
  const isHere = shard === undefined ? () => true : parseShard(shard);
  const slugs = orphansOf(specs.silos, [...fleets.values()], specs.config.manager_id).filter(
    isHere,
  );
  return { ...(await planRemovals(context, specs, fly, slugs)), fleets };
}

/** The last spec of an organisation may be gone. What a token may not list holds up nothing else. */
async function fleetsOfTokens(specs: Specs, fly: FlyReads): Promise<Fleets> {
  const named = specs.silos.map(({ spec }) => spec.devenv.fly_org);
  const others = (await orgsOf(specs, fly)).filter((org) => !named.includes(org));
  const read = others.map(async (org) => {
    try {
      return [[org, await readFleet(fly, org)] as const];
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  });
  return new Map((await Promise.all(read)).flat());
}

/** Of silos by name. One that no change removed, or whose spec is back, is none of them. */
export async function planRemovals(
  context: CommandContext,
  specs: Specs,
  fly: FlyReads,
  slugs: readonly string[],
): Promise<Removals> {
  const { formerSpecs } = context;
  const graceDays = specs.config.guards.destroy_grace_days;
  const intent = { kind: "destroy", graceDays, isRemoval: true } as const;
  if (!formerSpecs || slugs.length === 0) return { ...none, intent };
  // What is empty or cannot be read proves nothing about what is wanted.
  if (!specs.isComplete) {
    const why = `${context.options.silosDir}/ is empty or has errors, which proves nothing`;
    return { ...none, intent, notes: [`${why}: ${slugs.join(", ")}: nothing is removed`] };
  }
  const found = await Promise.all(
    slugs.map(async (slug) => ({ slug, former: await formerSpecs.of(slug) })),
  );
  const read = found.flatMap(({ slug, former }) =>
    former ? [readFormer(context, slug, former)] : [],
  );
  const usable = read.filter((one) => "silo" in one);
  const silos = usable.map(({ silo }) => silo);
  const there = { ...specs, silos: [...specs.silos, ...silos], selected: silos };
  const { looks } = await makePlan(there, intent, { fly, clock: context.clock });
  const all = usable.flatMap((one, index) => {
    const look = looks[index];
    const isNothing = !look || look.plan.steps.length + look.plan.refusals.length === 0;
    return isNothing ? [] : [{ ...one, look }];
  });
  const notes = [
    ...read.flatMap((one) => ("silo" in one ? [] : [one.note])),
    ...all.flatMap(({ silo }) => renameNotes(silo, specs)),
  ];
  return { ...within(there, all, notes), intent, gone: silos.map(({ slug }) => slug) };
}

interface Removal {
  readonly silo: Silo;
  readonly former: FormerSpec;
  readonly look: Look;
}

/** So many at once are refused; what is not of this change must not fail it. */
function within(
  specs: Specs,
  all: readonly Removal[],
  notes: readonly string[],
): Omit<Removals, "intent" | "gone"> {
  const free = all.filter(({ look }) => look.plan.refusals.length === 0);
  const tooMany = blastRadius(specs, free.length, {
    doing: "Destroying",
    fix: "remove fewer specs at a time",
  });
  const guarded = all.map((one) =>
    tooMany && free.includes(one) ? { ...one, look: refusedBy(one.look, tooMany) } : one,
  );
  const isRefused = ({ look }: Removal) => look.plan.refusals.length > 0;
  const meant = guarded.filter((one) => one.former.isOfThisChange || !isRefused(one));
  return {
    silos: meant.map(({ silo }) => silo),
    looks: meant.map(({ look }) => look),
    notes: [
      ...notes,
      ...guarded.map((one) =>
        isRefused(one) ? keptNote(one) : endNote(one, specs.config.guards.destroy_grace_days),
      ),
    ],
  };
}

function refusedBy({ observed, plan }: Look, { message, fix = "" }: Refused): Look {
  const refusal = { silo: plan.silo, message, fix };
  return { observed, plan: { ...plan, refusals: [refusal] } };
}

const keptNote = ({ silo, former, look }: Removal): string =>
  `${silo.slug}: its spec was removed by ${former.by}, and it stays: ${look.plan.refusals[0]?.message}`;

function endNote({ silo, former, look: { plan } }: Removal, graceDays: number): string {
  const saved = usd(plan.cost.beforeUsd - plan.cost.afterUsd);
  const kept =
    graceDays > 0
      ? `The apps with its volumes are kept ${graceDays} days, stopped; ${silo.file} put back until then brings it back with its data`
      : "Its data goes with it, at once";
  return `${silo.slug}: its spec was removed by ${former.by}: it is destroyed once somebody has approved that, which saves ${saved} a month. ${kept}`;
}

function renameNotes({ slug, spec }: Silo, { silos }: Specs): readonly string[] {
  const heir = silos.find((other) => other.spec.silo_id === spec.silo_id);
  if (!heir) return [];
  return [
    `${heir.slug} has the silo_id of ${slug}: other slugs are another silo, so the one is destroyed and the other made, without its data`,
  ];
}

function readFormer(
  context: CommandContext,
  slug: string,
  former: FormerSpec,
): { readonly silo: Silo; readonly former: FormerSpec } | { readonly note: string } {
  const { silos, findings } = loadAll(context, onlyWith(context, former));
  const silo = silos.find((one) => one.slug === slug);
  if (silo) return { silo, former };
  const why = findings.find(({ file, severity }) => file === former.file && severity === "error");
  const how = why ? findingLine(why) : "it names another silo";
  return { note: `${slug}: its spec was removed by ${former.by}, and cannot be read: ${how}` };
}

/** The tree as if that file were its only spec. */
function onlyWith({ files, options }: CommandContext, { file, text }: FormerSpec): Files {
  const list: Files["list"] = (folder) => (folder === options.silosDir ? [] : files.list(folder));
  return withFile({ ...files, list }, file, text);
}

/** Of an approved plan: what is to be destroyed and has a spec after all must not be. */
export function assertStillRemoved(slugs: readonly string[], { gone }: Removals): void {
  const back = slugs.filter((slug) => !gone.includes(slug));
  if (back.length === 0) return;
  throw new Refused(
    `The plan destroys ${back.join(", ")}, whose spec no merged change has removed as it is now`,
    { exitCode: 4, fix: "make and approve a new plan: a spec that is back keeps its silo" },
  );
}

export const withRemovals = (plans: readonly SiloPlan[], { looks }: Pick<Removals, "looks">) =>
  joinPlans([...plans, ...looks.map(({ plan }) => plan)]);
