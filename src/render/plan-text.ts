/** A plan for a terminal. */

import type { Plan, SiloPlan } from "#engine/plan.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Step, StepEffect } from "#steps/types.ts";
import { changeText, costText, planSummary } from "./plan-words.ts";
import type { Style } from "./style.ts";

export const effectSigns: Record<StepEffect, string> = {
  create: "+",
  update: "~",
  destroy: "-",
  power: ">",
  record: "=",
  wait: ".",
};

export function planText({ silos, digest }: Plan, style: Style): string {
  const changed = silos.filter(({ steps, refusals }) => steps.length + refusals.length > 0);
  const blocks = changed.map((plan) => siloText(plan, style));
  const legend = changed.some(({ steps }) => steps.length > 0)
    ? style.dim("+ create  ~ update  - destroy  > start or stop  = record  . wait")
    : "";
  const summary = `${planSummary(silos)}${changed.length > 0 ? style.dim(`  digest ${digest}`) : ""}`;
  return `${[...blocks, legend, summary].filter((part) => part !== "").join("\n\n")}\n`;
}

function siloText(plan: SiloPlan, style: Style): string {
  const head = `${style.bold(plan.silo)}  ${costText(plan.cost)}`;
  const refusals = plan.refusals.flatMap(({ message, fix }) => [
    `  ${style.red("refused")}  ${plainText(message)}`,
    `           fix: ${plainText(fix)}`,
  ]);
  if (refusals.length > 0) return [head, ...refusals].join("\n");
  const groups = Map.groupBy(plan.steps, ({ service }) => service ?? "silo");
  const lines = [...groups].flatMap(([service, steps]) => [
    `  ${service}`,
    ...steps.flatMap((step) => stepLines(step, style)),
  ]);
  return [head, ...lines].join("\n");
}

function stepLines(step: Step, style: Style): string[] {
  const sign = effectSigns[step.effect];
  const paint =
    step.effect === "create" ? style.green : step.effect === "destroy" ? style.red : style.plain;
  return [
    `    ${paint(sign)} ${plainText(step.text)}`,
    ...step.changes.map((change) => `        ${changeText(change)}`),
    ...(step.needsApproval
      ? [style.red(`        approval: ${plainText(step.needsApproval)}`)]
      : []),
  ];
}
