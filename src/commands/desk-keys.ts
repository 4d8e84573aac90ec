/** `silo desk-keys`: the keys of silos, for a Service Desk that must never hold the master key. */

import { masterOf } from "#engine/key-ring.ts";
import { deriveSiloKey } from "#silo/derive.ts";
import { renderDeskKeys } from "#silo/desk-keys.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import { observeNow } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { options, output, variable } = context;
  const masters = masterKeysOf(variable);
  const specs = readSpecs(context);
  const { reads } = await context.connectFly();
  const observed = await observeNow(specs, reads);
  const made = specs.selected.flatMap((silo, at) => {
    const record = observed[at]?.record;
    return record ? [{ silo, record }] : [];
  });
  const keys = made.map(({ silo, record }) => {
    const siloId = silo.spec.silo_id;
    const identity = { siloId, incarnation: record.incarnation };
    return { siloId, bytes: deriveSiloKey(masterOf(masters, silo, record), identity) };
  });
  const text = renderDeskKeys(keys);
  output.write(
    options.format === "json" ? `${JSON.stringify({ SILO_DESK_KEYS: text })}\n` : `${text}\n`,
  );
  const missing = specs.selected.filter((silo) => !made.some((one) => one.silo === silo));
  if (missing.length > 0 && !options.quiet) {
    output.note(`not made yet, so without a key: ${missing.map(({ slug }) => slug).join(", ")}\n`);
  }
  return 0;
};
