/**
 * `silo rotate-master`: every silo whose keys come from another master key gets a generation that
 * comes from SILO_MASTER_KEY. Nothing of the old key is needed for it, so with `--lost` it is the way
 * out when that is gone; asking for the old key is how a mistake is noticed.
 */

import { isUnder } from "#engine/key-ring.ts";
import type { Look } from "#engine/run-silo.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { keyIdOf } from "#silo/derive.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import { assertBlastRadius } from "./blast-radius.ts";
import { makePlan } from "./make-plan.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { rotationWish } from "./rotation-wish.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, clock, output, variable } = context;
  const masters = masterKeysOf(variable);
  const specs = readSpecs(context);
  const isLost = options.has("lost");
  const wish = rotationWish(context, specs);
  const intent = { kind: "rotate-master", isLost, ...wish } as const;
  const connection = await context.connectFly();
  const { looks, plan } = await makePlan(specs, intent, { fly: connection.fly, clock });
  const moving = looks.filter(({ plan: { steps } }) => steps.length > 0);
  if (isLost) {
    assertLost(masters, specs, looks);
    assertBlastRadius(specs, moving.length, {
      doing: "Giving up the keys of",
      fix: "name fewer at a time",
    });
  }
  const isUnallowed = isLost && moving.length > 0 && !options.has("allow-lost");
  // Whoever is to allow it must have seen it.
  if (isUnallowed || (!options.quiet && options.format !== "json")) {
    output.note(`${planText(plan, styleOf(output.noteColor))}\n`);
  }
  if (isUnallowed) {
    throw new Refused("Giving up the keys of a silo needs --allow-lost", {
      exitCode: 4,
      fix: "read the plan above; nothing was changed",
    });
  }
  const exitCode = await runSilos(context, specs, intent, looks, connection);
  if (!options.quiet && exitCode === 0) {
    for (const {
      observed,
      plan: { silo },
    } of moving) {
      if (observed.record?.power.desired === "stopped") output.note(`${pendingNote(silo)}\n`);
    }
  }
  return exitCode;
};

const pendingNote = (slug: string): string =>
  `${slug}: is stopped; its machines have their new keys, its database gets its new passwords at ` +
  `the next start, for which SILO_MASTER_KEY is enough`;

/** Whoever says that a key is lost must not be holding it. A silo that was moved before is none of it. */
function assertLost(masters: MasterKeys, { selected }: Specs, looks: readonly Look[]): void {
  const presentId = keyIdOf(masters.present);
  const found = selected.filter((silo) => {
    const record = looks.find(({ plan }) => plan.silo === silo.slug)?.observed.record;
    if (!record) return false;
    const isOfPresent =
      isUnder(masters.present, silo, record) &&
      record.generations.every(({ keyId }) => keyId === presentId);
    return isOfPresent || (masters.previous && isUnder(masters.previous, silo, record));
  });
  if (found.length === 0) return;
  const slugs = found.map(({ slug }) => slug);
  throw new Refused(`The master key of ${slugs.join(", ")} is not lost: it is set`, {
    exitCode: 4,
    fix: "set a new key as SILO_MASTER_KEY and that one as SILO_MASTER_KEY_PREVIOUS, and leave --lost out; or name the other silos",
  });
}
