/** A plan for a pull request or a job summary. */

import type { Plan, SiloPlan } from "#engine/plan.ts";
import { bytesOf, limited, type Section } from "./limited.ts";
import { escaped } from "./markdown.ts";
import { effectSigns } from "./plan-text.ts";
import { changeText, count, planSummary, usd } from "./plan-words.ts";

/** More than these are folded into one line, unless somebody has to look at them. */
const mostQuiet = 20;

/**
 * First the whole bill, then what is refused, destroys or waits for approval, then the rest. Silos
 * without a step are counted only; with a limit those that do not fit become a line.
 */
export function planMarkdown(
  { silos, digest }: Plan,
  mostBytes = Number.POSITIVE_INFINITY,
): string {
  const changed = silos.filter(({ steps, refusals }) => steps.length + refusals.length > 0);
  const ordered = changed.toSorted((a, b) => weight(b) - weight(a));
  const loud = ordered.filter((plan) => weight(plan) > 0).length;
  const seen = ordered.slice(0, loud + mostQuiet);
  const folded = ordered.slice(loud + mostQuiet);
  const room = mostBytes - headAndFootBytes;
  const shown = limited(seen.map(sectionOf), folded.length > 0 ? room / 2 : room);
  const left = room - shown.reduce((sum, text) => sum + bytesOf(text) + 2, 0);
  return [
    `### Silo plan: ${planSummary(silos)}`,
    ...(changed.length > 0 ? [bill(silos)] : []),
    ...shown,
    ...(folded.length > 0 ? [fold(folded, left)] : []),
    `<sub>digest \`${digest}\`</sub>`,
    "",
  ].join("\n\n");
}

const headAndFootBytes = 700;

const destroys = ({ steps }: SiloPlan): boolean => steps.some(({ effect }) => effect === "destroy");

/** Why it waits, each reason once. */
const approvals = ({ steps }: SiloPlan): readonly string[] => [
  ...new Set(steps.flatMap(({ needsApproval }) => needsApproval ?? [])),
];

function weight(plan: SiloPlan): number {
  if (plan.refusals.length > 0) return 3;
  if (destroys(plan)) return 2;
  return approvals(plan).length > 0 ? 1 : 0;
}

function bill(silos: readonly SiloPlan[]): string {
  const before = silos.reduce((sum, { cost }) => sum + cost.beforeUsd, 0);
  const after = silos.reduce((sum, plan) => sum + costAfter(plan), 0);
  const of = silos.length === 1 ? "" : ` for all ${silos.length}`;
  return `**${price(before, after)}** a month${of}, if awake all the time`;
}

const costAfter = ({ cost, refusals }: SiloPlan): number =>
  refusals.length > 0 ? cost.beforeUsd : cost.afterUsd;

const price = (before: number, after: number): string =>
  usd(before) === usd(after) ? usd(after) : `${usd(before)} → ${usd(after)}`;

function fold(plans: readonly SiloPlan[], mostBytes: number): string {
  const sections = plans.map(sectionOf);
  const isRoomForAll =
    sections.reduce((sum, { full }) => sum + bytesOf(full) + 2, foldBytes) <= mostBytes;
  const lines = isRoomForAll
    ? sections.map(({ full }) => full)
    : limited(
        sections.map(({ short }) => ({ full: short, short })),
        mostBytes - foldBytes,
      ).flatMap((text) => text.split("\n"));
  return [
    `<details><summary>${count(plans.length, "more silo")}</summary>`,
    lines.join(isRoomForAll ? "\n\n" : "\n"),
    "</details>",
  ].join("\n\n");
}

const foldBytes = 100;

function sectionOf(plan: SiloPlan): Section {
  return { full: siloMarkdown(plan), short: `- ${titleOf(plan)}` };
}

/** HTML only, as Markdown is not read inside a summary. */
function titleOf(plan: SiloPlan): string {
  const what = [
    plan.refusals.length > 0 ? "<b>refused</b>" : count(plan.steps.length, "step"),
    destroys(plan) ? "<b>destroys</b>" : "",
    approvals(plan).length > 0 ? "<b>waits for approval</b>" : "",
  ].filter((word) => word !== "");
  const cost = price(plan.cost.beforeUsd, costAfter(plan));
  return `<b>${escaped(plan.silo)}</b> · ${what.join(", ")} · ${cost} a month`;
}

function siloMarkdown(plan: SiloPlan): string {
  if (plan.refusals.length > 0) {
    const lines = plan.refusals.map(
      ({ message, fix }) => `> **Refused:** ${escaped(message)}<br>Fix: ${escaped(fix)}`,
    );
    return [titleOf(plan), ...lines].join("\n\n");
  }
  const rows = plan.steps.map(({ service, effect, text, changes, needsApproval }) => {
    const lines = changes.map((change) => `<br>${escaped(changeText(change))}`);
    if (needsApproval) lines.push(`<br>**Approval:** ${escaped(needsApproval)}`);
    return `| ${service ?? ""} | ${effectSigns[effect]} ${effect} | ${escaped(text)}${lines.join("")} |`;
  });
  return [
    // What somebody has to decide about is not hidden behind a click.
    `<details${weight(plan) > 0 ? " open" : ""}><summary>${titleOf(plan)}</summary>`,
    ["| service | | step |", "| --- | --- | --- |", ...rows].join("\n"),
    "</details>",
  ].join("\n\n");
}
