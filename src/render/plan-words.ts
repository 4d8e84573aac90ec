/** The sentences that every form of a plan shares. */

import type { SiloPlan } from "#engine/plan.ts";
import { plainText } from "#silo/plain-text.ts";
import type { FieldChange } from "#steps/types.ts";

export const usd = (amount: number): string => `$${amount.toFixed(2)}`;

export function costText({ beforeUsd, afterUsd }: SiloPlan["cost"]): string {
  return beforeUsd === afterUsd
    ? `${usd(afterUsd)} a month while it runs all the time`
    : `${usd(beforeUsd)} → ${usd(afterUsd)} a month while it runs all the time`;
}

export const changeText = ({ field, from, to }: FieldChange): string =>
  plainText(`${field}: ${from} → ${to}`);

export function planSummary(silos: readonly SiloPlan[]): string {
  const refused = silos.filter(({ refusals }) => refusals.length > 0);
  const changed = silos.filter(({ steps, refusals }) => steps.length > 0 && refusals.length === 0);
  const unchanged = silos.length - refused.length - changed.length;
  const steps = changed.reduce((sum, plan) => sum + plan.steps.length, 0);
  const all = changed.flatMap((plan) => plan.steps);
  const destroyed = all.filter(({ effect }) => effect === "destroy").length;
  const approved = all.filter(({ needsApproval }) => needsApproval !== undefined).length;
  const parts = [
    changed.length > 0
      ? `${count(steps, "step")} for ${count(changed.length, "silo")}${destroyed > 0 ? `, ${destroyed} of them destroy` : ""}${approved > 0 ? `, ${approved} of them to be approved` : ""}`
      : "",
    refused.length > 0 ? `${count(refused.length, "silo")} refused` : "",
    unchanged > 0 ? `${count(unchanged, "silo")} unchanged` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "There are no silos" : capitalised(parts.join("; "));
}

export const count = (amount: number, noun: string): string =>
  `${amount} ${noun}${amount === 1 ? "" : "s"}`;

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
