/** A plan for a pull request or a job summary. */

import type { Plan, SiloPlan } from "#engine/plan.ts";
import { escaped } from "./markdown.ts";
import { effectSigns } from "./plan-text.ts";
import { changeText, costText, count, planSummary } from "./plan-words.ts";

export function planMarkdown({ silos, digest }: Plan): string {
  const changed = silos.filter(({ steps, refusals }) => steps.length + refusals.length > 0);
  return [
    `### Silo plan: ${planSummary(silos)}`,
    ...changed.map(siloMarkdown),
    `<sub>digest \`${digest}\`</sub>`,
    "",
  ].join("\n\n");
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
  return [
    `<details><summary>${title} · ${count(plan.steps.length, "step")}</summary>`,
    ["| service | | step |", "| --- | --- | --- |", ...rows].join("\n"),
    "</details>",
  ].join("\n\n");
}
