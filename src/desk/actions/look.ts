/** What only looks. */

import { withReceiptOf } from "#commands/commit-status.ts";
import type { IdleLook } from "#commands/read-idleness.ts";
import { statusOfLook } from "#commands/status.ts";
import { whyText } from "#commands/why.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { estimateCost } from "#silo/cost.ts";
import type { SiloStatus } from "#silo/status.generated.ts";
import { phaseOf } from "#state/phase.ts";
import { newsDigest } from "../card.ts";
import { madeOnce } from "../made-once.ts";
import { type DeskAction, siloField } from "./types.ts";

const looking = {
  method: "GET",
  readOnly: true,
  destructive: false,
  input: { silo: siloField },
} as const;

/** The same document for all who get the same look. */
const statuses = madeOnce<IdleLook, SiloStatus>();

export const siloStatus: DeskAction = {
  ...looking,
  name: "silo_status",
  needs: "status",
  path: "/silo-status",
  title: "Status",
  description:
    "What is now, read from Fly: phase, health of each service, when it will be stopped for idleness, " +
    "holds, cost, and what the last run changed.",
  answers: "SiloStatus",
  async run(desk, { silo }) {
    const [look, text] = await Promise.all([
      desk.observatory.silo(silo),
      // A copy for people: without it the rest is as good.
      desk.observatory.statusText(silo).catch(() => undefined),
    ]);
    desk.operations.settle(silo.slug, look.observed);
    const body = statuses(look, text ?? "", () => withReceiptOf(statusOfLook(look), text));
    return { status: 200, body, etag: newsDigest(body) };
  },
};

export const why: DeskAction = {
  ...looking,
  name: "why",
  needs: "why",
  path: "/why",
  title: "Why it is up or down",
  description: "One line that says why the silo is up or down, and what that rests on.",
  answers: "Why",
  async run(desk, { silo }) {
    const look = await desk.observatory.silo(silo);
    const { power, holds, degraded } = statusOfLook(look);
    const { decision, reason, evidence } = look.idleness;
    const phase = phaseOf(look.observed);
    const line = `${silo.slug} ${whyText(look)}`;
    const body = {
      silo: silo.slug,
      phase,
      why: line,
      decision,
      reason,
      evidence,
      power,
      holds,
      degraded,
    };
    return { status: 200, body };
  },
};

/** A working day of each day of the month, as `silo cost` has it. */
const hoursOfWork = 8;
const daysOfMonth = 730 / 24;

export const cost: DeskAction = {
  ...looking,
  name: "cost",
  needs: "cost",
  path: "/cost",
  title: "Cost",
  description:
    "What the silo costs by Fly's price list: an hour, and a month always on, of 8 hours a day, stopped.",
  answers: "Cost",
  async run(_desk, { silo }) {
    const estimate = estimateCost(silo, hoursOfWork * daysOfMonth);
    const body = {
      silo: silo.slug,
      region: estimate.region,
      hourly_usd: estimate.hourlyUsd,
      hourly_stopped_usd: estimate.hourlyStoppedUsd,
      monthly_always_on_usd: estimate.monthlyAlwaysOnUsd,
      monthly_8h_usd: estimate.monthlyUsd,
      monthly_stopped_usd: estimate.monthlyStoppedUsd,
      prices_as_of: estimate.pricesAsOf,
      lines: estimate.lines.map(({ service, item, what, hourlyUsd, monthlyUsd }) => ({
        service,
        item,
        what,
        hourly_usd: hourlyUsd,
        monthly_usd: monthlyUsd,
      })),
    };
    return { status: 200, body, etag: digestOf(body) };
  },
};
