/** `silo status`: what is now, read from Fly and the silo's record, never from a file. */

import { statusText } from "#render/status-text.ts";
import { styleOf } from "#render/style.ts";
import { budgetOf } from "#silo/budget.ts";
import { plainText } from "#silo/plain-text.ts";
import type { SecondLook } from "#state/degraded.ts";
import { expiryNotes } from "#state/expiry.ts";
import { keyExpiryNotes } from "#state/key-expiry.ts";
import { budgetNotes } from "#state/spending.ts";
import { statusOf } from "#state/status.ts";
import { secondLook } from "./look-further.ts";
import { observeSurely } from "./read-fleets.ts";
import { type IdleLook, readIdleness } from "./read-idleness.ts";
import { withRememberedMetrics } from "./remembered-metrics.ts";
import { readSpecs } from "./specs.ts";
import { withSqlFiles } from "./sql-files.ts";
import type { RunCommand, Specs } from "./types.ts";

const watchEveryMs = 5_000;

export const run: RunCommand = async (context) => {
  const { output, options, clock, signal, operands } = context;
  const specs = withSqlFiles(context, readSpecs(context), "tell");
  const { reads } = await context.connectFly();
  const fly = withRememberedMetrics(reads, clock);
  const style = styleOf(output.color);
  for (;;) {
    const looks = await lookNow(specs, secondLook(context, fly));
    const statuses = looks.map((look) => statusOfLook(look));
    if (!options.quiet) {
      for (const note of notesOf(looks, specs)) output.note(`note: ${plainText(note)}\n`);
    }
    output.write(
      options.format === "json"
        ? `${JSON.stringify(operands.length === 1 ? statuses[0] : statuses, null, 2)}\n`
        : statusText(statuses, style, clock.now()),
    );
    if (!options.has("watch")) return 0;
    await clock.sleep(watchEveryMs, signal);
    if (output.isRead?.() === false) return 0;
  }
};

/** One a chosen silo. */
export async function lookNow(specs: Specs, second: SecondLook): Promise<readonly IdleLook[]> {
  const observed = await observeSurely(specs, second);
  const seen = specs.selected.flatMap((silo, index) => {
    const one = observed[index];
    return one ? [{ silo, observed: one }] : [];
  });
  return readIdleness(seen, second);
}

export const statusOfLook = ({ silo, observed, evidence, idleness }: IdleLook) =>
  statusOf(silo, observed, {
    now: evidence.now,
    idleness,
    ...(evidence.metrics.kind === "seen" && { metrics: evidence.metrics.value }),
  });

function notesOf(looks: readonly IdleLook[], { config }: Specs): readonly string[] {
  const failures = looks.flatMap(({ evidence: { metrics } }) =>
    metrics.kind === "failed" ? [`use is not known: ${metrics.why}`] : [],
  );
  return [
    ...new Set(failures),
    ...looks.flatMap(({ silo, observed, evidence }) => [
      ...(observed.conflict ? [`${observed.conflict.message}; ${observed.conflict.fix}`] : []),
      ...keyExpiryNotes(silo.slug, observed.record, evidence.now),
      ...budgetNotes(silo, observed.record, budgetOf(silo, config), evidence.now),
      ...expiryNotes(silo, config.notify.before_expiry_days, evidence.now),
    ]),
  ];
}
