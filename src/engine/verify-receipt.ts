/** What a receipt is worth: by its seal, by the plan that was approved, by the world as it is. */

import { isConsistent, isSealRight } from "#silo/receipt.ts";
import type { Receipt, WorldFacts } from "#silo/status.generated.ts";
import { worldChanges } from "#state/world-changes.ts";
import type { Step } from "#steps/types.ts";
import type { ApprovedPlan } from "./moved.ts";
import { planDigestOf } from "./plan.ts";

/** From the best to the worst. */
const verdicts = ["verified", "unproven", "moved", "forged"] as const;
export type Verdict = (typeof verdicts)[number];

export interface Finding {
  readonly about: "seal" | "plan" | "world" | "file";
  readonly verdict: Verdict;
  readonly text: string;
}

export interface ReceiptCheck {
  readonly silo: string;
  readonly verdict: Verdict;
  readonly receipt: Receipt | undefined;
  readonly findings: readonly Finding[];
}

export interface Evidence {
  /** The silo's receipt key, or why it is not known. */
  readonly key: { readonly value: string } | { readonly unknown: string };
  readonly world: WorldFacts;
  /** The plan that the run is said to have carried out. */
  readonly plan: { readonly name: string; readonly approved: ApprovedPlan } | undefined;
}

export function verifyReceipt(receipt: Receipt, evidence: Evidence): readonly Finding[] {
  return [
    sealFinding(receipt, evidence.key),
    ...(evidence.plan ? [planFinding(receipt, evidence.plan)] : []),
    ...worldFindings(receipt, evidence.world),
  ];
}

export const worstOf = (judged: readonly { readonly verdict: Verdict }[]): Verdict =>
  verdicts.findLast((one) => judged.some(({ verdict }) => verdict === one)) ?? "verified";

/** A step as a receipt names it. */
export function stepText({ text, changes }: Pick<Step, "text" | "changes">): string {
  const fields = changes.map(({ field, from, to }) => `${field}: ${from} → ${to}`).join(", ");
  return fields === "" ? text : `${text} (${fields})`;
}

/** These runs have the master key, so that their receipts are sealed. */
const sealing: ReadonlySet<string> = new Set([
  "apply",
  "start",
  "restart",
  "rotate",
  "rotate-master",
]);

function sealFinding(receipt: Receipt, key: Evidence["key"]): Finding {
  const { command, mac } = receipt;
  const finding = (verdict: Verdict, text: string): Finding => ({ about: "seal", verdict, text });
  if (mac === undefined) {
    return sealing.has(command)
      ? finding("forged", `missing, though a run of ${command} seals its receipt`)
      : finding("unproven", `none: a run of ${command} needs no master key`);
  }
  if ("unknown" in key) return finding("unproven", `not checked: ${key.unknown}`);
  return isSealRight(receipt, key.value)
    ? finding("verified", "right: it was written with the master key")
    : finding("forged", "wrong: it was altered, or written without the master key");
}

function planFinding(
  { command, plan_digest, changes }: Receipt,
  { name, approved }: NonNullable<Evidence["plan"]>,
): Finding {
  const finding = (verdict: Verdict, text: string): Finding => ({ about: "plan", verdict, text });
  if (planDigestOf(approved) !== approved.digest) {
    return finding("forged", `${name} was altered: its digest is not that of its content`);
  }
  if (plan_digest === approved.digest) return finding("verified", `exactly that of ${name}`);
  const known = new Set(approved.steps.map(stepText));
  const strange = changes.filter((change) => !known.has(change));
  if (command === approved.intent && strange.length === 0) {
    return finding("verified", `less than ${name}: ${changes.length} of its ${known.size} steps`);
  }
  const example = strange[0] ?? `it was a run of ${command}`;
  return finding("forged", `not that of ${name}: ${example}`);
}

function worldFindings(receipt: Receipt, now: WorldFacts): readonly Finding[] {
  const finding = (verdict: Verdict, text: string): Finding => ({ about: "world", verdict, text });
  if (!isConsistent(receipt)) {
    return [finding("forged", "the receipt contradicts itself: world_after is not its world")];
  }
  const changes = worldChanges(receipt.world, now);
  if (changes.length > 0) return changes.map((change) => finding("moved", change));
  return [finding("verified", `as the run left it: ${summaryOf(now)}`)];
}

function summaryOf({ services }: WorldFacts): string {
  const machines = Object.values(services).flatMap((service) => service.machines);
  const volumes = Object.values(services).flatMap((service) => service.volumes);
  const count = (amount: number, noun: string) => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
  const parts = [
    ...[...Map.groupBy(machines, ({ state }) => state)].map(
      ([state, { length }]) => `${count(length, "machine")} ${state}`,
    ),
    ...(volumes.length > 0 ? [count(volumes.length, "volume")] : []),
  ];
  return parts.join(", ") || "nothing";
}
