/** `silo status`: what is now, read from Fly and the silo's record, never from a file. */

import { statusText } from "#render/status-text.ts";
import { styleOf } from "#render/style.ts";
import { estimateCost } from "#silo/cost.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { observeDeep } from "#state/observe.ts";
import { phaseOf } from "#state/phase.ts";
import { statusOf } from "#state/status.ts";
import type { Clock } from "#world/effects.ts";
import type { FlyReads } from "#world/fly.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

const watchEveryMs = 5_000;

export const run: RunCommand = async (context) => {
  const { output, options, clock, signal } = context;
  const { selected, config } = readSpecs(context);
  const { fly } = await context.connectFly();
  const style = styleOf(output.color);
  for (;;) {
    const statuses = await Promise.all(
      selected.map((silo) => readStatus(silo, config.manager_id, fly, clock)),
    );
    const isOne = context.operands.length === 1;
    output.write(
      options.format === "json"
        ? `${JSON.stringify(isOne ? statuses[0] : statuses, null, 2)}\n`
        : statusText(statuses, style),
    );
    if (!options.has("watch")) return 0;
    await clock.sleep(watchEveryMs, signal);
  }
};

export async function readStatus(
  silo: Silo,
  managerId: string,
  fly: FlyReads,
  clock: Clock,
): Promise<SiloStatus> {
  const observed = await observeDeep({ silo, managerId }, fly);
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  const phase = phaseOf(observed);
  const hourly = phase === "absent" ? 0 : phase === "stopped" ? hourlyStoppedUsd : hourlyUsd;
  return statusOf(silo, observed, { hourlyUsd: hourly, now: clock.now() });
}
