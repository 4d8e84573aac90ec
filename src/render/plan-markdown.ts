/** A plan for a pull request or a job summary. */

import type { Plan, SiloPlan } from "#engine/plan.ts";
import { limited, type Section } from "./limited.ts";
import { escaped } from "./markdown.ts";
import { effectSigns } from "./plan-text.ts";
import { changeText, costText, count, planSummary } from "./plan-words.ts";

/** Silos without a step are counted only; with a limit those that do not fit become a line. */
export function planMarkdown(
  { silos, digest }: Plan,
  mostBytes = Number.POSITIVE_INFINITY,
): string {
  const changed = silos.filter(({ steps, refusals }) => steps.length + refusals.length > 0);
  // Whoever has little room must see first what is refused and what destroys.
  const ordered = changed.toSorted((a, b) => weight(b) - weight(a));
  return [
    `### Silo plan: ${planSummary(silos)}`,
    ...limited(ordered.map(sectionOf), mostBytes - headAndFootBytes),
    `<sub>digest \`${digest}\`</sub>`,
    "",
  ].join("\n\n");
}

const headAndFootBytes = 400;

const destroys = ({ steps }: SiloPlan): boolean => steps.some(({ effect }) => effect === "destroy");

const weight = (plan: SiloPlan): number => (plan.refusals.length > 0 ? 2 : destroys(plan) ? 1 : 0);

function sectionOf(plan: SiloPlan): Section {
  const name = `<b>${escaped(plan.silo)}</b>`;
  const what =
    plan.refusals.length > 0
      ? "**refused**"
      : `${count(plan.steps.length, "step")}${destroys(plan) ? ", **destroys**" : ""}`;
  const short = `- ${name} · ${escaped(costText(plan.cost))} · ${what}`;
  return { full: siloMarkdown(plan), short };
}

function siloMarkdown(plan: SiloPlan): string {
  const title = `<b>${escaped(plan.silo)}</b> · ${escaped(costText(plan.cost))}`;
  if (plan.refusals.length > 0) {
    const lines = plan.refusals.map(
      ({ message, fix }) => `> **Refused:** ${escaped(message)}<br>Fix: ${escaped(fix)}`,
    );
    return [title, ...lines].join("\n\n");
  }
  const rows = plan.steps.map(({ service, effect, text, changes, needsApproval }) => {
    const lines = changes.map((change) => `<br>${escaped(changeText(change))}`);
    if (needsApproval) lines.push(`<br>**Approval:** ${escaped(needsApproval)}`);
    const more = lines.join("");
    return `| ${service ?? ""} | ${effectSigns[effect]} ${effect} | ${escaped(text)}${more} |`;
  });
  const steps = `${count(plan.steps.length, "step")}${destroys(plan) ? ", some destroy" : ""}`;
  return [
    `<details><summary>${title} · ${steps}</summary>`,
    ["| service | | step |", "| --- | --- | --- |", ...rows].join("\n"),
    "</details>",
  ].join("\n\n");
}
