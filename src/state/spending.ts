/** What a silo has cost and how long it was awake, by its record, at the sizes and prices of today. */

import { type AwakeDays, awakeHours, monthStart, withSpan } from "#silo/awake.ts";
import { budgetFor, hoursOf, smallestFit } from "#silo/budget.ts";
import { estimateCost } from "#silo/cost.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";

const msPerDay = 86_400_000;
const windowDays = 30;

/** With the time since its last start, if it was not stopped since. */
export function awakeDays({ awake, startedAt, stoppedAt }: SiloRecord, now: number): AwakeDays {
  const from = startedAt === undefined ? Number.NaN : Date.parse(startedAt);
  const isOpen = Number.isFinite(from) && !(stoppedAt && Date.parse(stoppedAt) >= from);
  return isOpen ? withSpan(awake, from, now) : awake;
}

export interface Spending {
  readonly monthToDateUsd: number;
  readonly hoursThisMonth: number;
  /** Of the last 30 days, today among them. */
  readonly hours30d: number;
}

export function spendingOf(silo: Silo, record: SiloRecord, now: number): Spending {
  const days = awakeDays(record, now);
  const hoursThisMonth = awakeHours(days, monthStart(now));
  const bornAt = Date.parse(record.firstHealthyAt ?? record.power.at);
  const since = Math.max(monthStart(now), Number.isFinite(bornAt) ? bornAt : 0);
  const asleepHours = Math.max(0, (now - since) / 3_600_000 - hoursThisMonth);
  const { hourlyUsd, hourlyStoppedUsd } = estimateCost(silo);
  return {
    monthToDateUsd: hourlyUsd * hoursThisMonth + hourlyStoppedUsd * asleepHours,
    hoursThisMonth,
    hours30d: awakeHours(days, now - (windowDays - 1) * msPerDay),
  };
}

export interface BudgetUse {
  readonly isOver: boolean;
  /** `awake for 92 h this month, and its budget of $10 is good for 88 h`. */
  readonly text: string;
  /** The smallest edits that let it run again. */
  readonly fix: string;
}

/** A working day more is what somebody who starts it needs at least. */
const spareHours = 8;
/** Said before it is used up. */
const warnShare = 0.8;

export function budgetUse(
  silo: Silo,
  record: SiloRecord | undefined,
  budgetUsd: number | undefined,
  now: number,
): BudgetUse | undefined {
  if (budgetUsd === undefined || !record) return undefined;
  const used = spendingOf(silo, record, now).hoursThisMonth;
  const good = hoursOf(silo, budgetUsd);
  if (used < good * warnShare) return undefined;
  const needed = used + spareHours;
  const fit = smallestFit(silo, budgetUsd, needed);
  const smaller = fit ? `${fit.edits.join(", ")} (good for ${hours(fit.hours)}); or ` : "";
  const next = new Date(monthStart(monthStart(now) + 31 * msPerDay)).toISOString().slice(0, 10);
  return {
    isOver: used >= good,
    text: `awake for ${hours(used)} this month, and its budget of $${budgetUsd} is good for ${hours(good)}`,
    fix: `in ${silo.file}: ${smaller}monthly_budget_usd: ${budgetFor(silo, needed)}; else it starts again on ${next}`,
  };
}

const hours = (value: number): string => `${Math.max(0, Math.floor(value))} h`;

/** One line or none. */
export function budgetNotes(
  silo: Silo,
  record: SiloRecord | undefined,
  budgetUsd: number | undefined,
  now: number,
): readonly string[] {
  const use = budgetUse(silo, record, budgetUsd, now);
  if (!use) return [];
  const then = use.isOver
    ? `it is stopped when next idle, and not started again: ${use.fix}`
    : "after that it is stopped when idle, and not started again this month";
  return [`${silo.slug}: ${use.text}; ${then}`];
}
