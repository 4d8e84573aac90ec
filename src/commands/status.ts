/** `silo status`: what is now, read from Fly and the silo's record, never from a file. */

import { statusText } from "#render/status-text.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import type { SecondLook } from "#state/degraded.ts";
import { keyExpiryNotes } from "#state/key-expiry.ts";
import { statusOf } from "#state/status.ts";
import { observeSurely } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand, Specs } from "./types.ts";

const watchEveryMs = 5_000;

export const run: RunCommand = async (context) => {
  const { output, options, clock, signal, operands } = context;
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const { reads: fly } = await context.connectFly();
  const style = styleOf(output.color);
  for (;;) {
    const { statuses, notes } = await readNow(specs, { fly, clock, signal });
    if (!options.quiet) for (const note of notes) output.note(`note: ${plainText(note)}\n`);
    output.write(
      options.format === "json"
        ? `${JSON.stringify(operands.length === 1 ? statuses[0] : statuses, null, 2)}\n`
        : statusText(statuses, style, clock.now()),
    );
    if (!options.has("watch")) return 0;
    await clock.sleep(watchEveryMs, signal);
  }
};

/** One a chosen silo. */
export async function readStatuses(
  specs: Specs,
  second: SecondLook,
): Promise<readonly SiloStatus[]> {
  return (await readNow(specs, second)).statuses;
}

async function readNow(specs: Specs, second: SecondLook) {
  const observed = await observeSurely(specs, second);
  const now = second.clock.now();
  const each = specs.selected.flatMap((silo, index) => {
    const seen = observed[index];
    return seen ? [{ silo, seen }] : [];
  });
  return {
    statuses: each.map(({ silo, seen }) => {
      return statusOf(silo, seen, { now });
    }),
    notes: each.flatMap(({ silo, seen }) => [
      ...(seen.conflict ? [`${seen.conflict.message}; ${seen.conflict.fix}`] : []),
      ...keyExpiryNotes(silo.slug, seen.record, now),
    ]),
  };
}
