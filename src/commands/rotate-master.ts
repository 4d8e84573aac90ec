/**
 * `silo rotate-master`: every silo whose keys come from another master key gets a generation that
 * comes from SILO_MASTER_KEY. Nothing of the old key is needed for it, so with `--lost` it is the way
 * out when that is gone; asking for the old key is how a mistake is noticed.
 */

import { isUnder } from "#engine/key-ring.ts";
import { joinPlans } from "#engine/plan.ts";
import { planText } from "#render/plan-text.ts";
import { styleOf } from "#render/style.ts";
import { keyIdOf } from "#silo/derive.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { assertBlastRadius } from "./blast-radius.ts";
import { makePlan } from "./make-plan.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { rotationWish } from "./rotation-wish.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, clock, output, variable } = context;
  const masters = masterKeysOf(variable);
  const specs = readSpecs(context);
  const isLost = options.has("lost");
  const wish = rotationWish(context, specs);
  const intent = { kind: "rotate-master", isLost, ...wish } as const;
  const connection = await context.connectFly();
  const { looks } = await makePlan(specs, intent, { fly: connection.fly, clock });
  const silos = looks.flatMap((look, index) => {
    const silo = specs.selected[index];
    return silo ? [{ silo, ...look, from: originOf(masters, silo, look.observed.record) }] : [];
  });
  const moving = silos.filter(({ plan }) => plan.steps.length > 0);
  if (isLost) {
    assertLost(silos);
    assertBlastRadius(specs, moving.length, {
      doing: "Giving up the keys of",
      fix: "name fewer at a time",
    });
  }
  const isUnallowed = isLost && moving.length > 0 && !options.has("allow-lost");
  // Whoever is to allow it must have seen it; what is refused for its key is not shown.
  if (isUnallowed || (!options.quiet && options.format !== "json")) {
    const shown = moving.filter(({ from }) => isLost || from !== "unknown");
    const plans = joinPlans(shown.map(({ plan }) => plan));
    if (shown.length > 0) output.note(`${planText(plans, styleOf(output.noteColor))}\n`);
  }
  if (isUnallowed) {
    throw new Refused("Giving up the keys of a silo needs --allow-lost", {
      exitCode: 4,
      fix: "read the plan above; nothing was changed",
    });
  }
  const exitCode = await runSilos(context, specs, intent, looks, connection);
  if (!options.quiet && exitCode === 0) {
    for (const { silo, observed } of moving) {
      if (observed.record?.power.desired === "stopped") output.note(`${pendingNote(silo)}\n`);
    }
  }
  return exitCode;
};

const pendingNote = ({ slug }: Silo): string =>
  `${slug}: is stopped; its machines have their new keys, its database gets its new passwords at ` +
  `the next start, for which SILO_MASTER_KEY is enough`;

/** Which key a silo's keys come from; `moved`: from the present one, and from another before. */
type Origin = "present" | "moved" | "previous" | "unknown" | "nothing";

function originOf(
  { present, previous }: MasterKeys,
  silo: Silo,
  record: SiloRecord | undefined,
): Origin {
  if (!record) return "nothing";
  if (isUnder(present, silo, record)) {
    const id = keyIdOf(present);
    return record.generations.every(({ keyId }) => keyId === id) ? "present" : "moved";
  }
  return previous && isUnder(previous, silo, record) ? "previous" : "unknown";
}

/** Whoever says that a key is lost must not be holding it. */
function assertLost(silos: readonly { readonly silo: Silo; readonly from: Origin }[]): void {
  const found = silos.filter(({ from }) => from === "present" || from === "previous");
  if (found.length === 0) return;
  const slugs = found.map(({ silo }) => silo.slug);
  throw new Refused(`The master key of ${slugs.join(", ")} is not lost: it is set`, {
    exitCode: 4,
    fix: "set a new key as SILO_MASTER_KEY and that one as SILO_MASTER_KEY_PREVIOUS, and leave --lost out; or name the other silos",
  });
}
