/** `silo verify`: is what the status files claim true, and is the world still as it was left? */

import { receiptKeyOf } from "#engine/key-ring.ts";
import {
  type Evidence,
  type Finding,
  type ReceiptCheck,
  verifyReceipt,
  worstOf,
} from "#engine/verify-receipt.ts";
import { receiptsJson, receiptsText } from "#render/receipts.ts";
import { styleOf } from "#render/style.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import type { Silo } from "#silo/silo.ts";
import type { ObservedSilo } from "#state/observed.ts";
import { worldFactsOf } from "#state/world-facts.ts";
import { givenMasterKeys } from "./master-keys-of.ts";
import { observeNow } from "./read-fleets.ts";
import { namedByPlan } from "./read-plan.ts";
import { type FoundReceipt, readReceipts } from "./read-receipts.ts";
import { readSpecs } from "./specs.ts";
import type { RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { output, options, variable } = context;
  const plan = namedByPlan(context);
  // No name would mean all of them.
  if (plan?.operands.length === 0) {
    output.note(`${plan.file} holds no silo: nothing to verify\n`);
    return 0;
  }
  const specs = readSpecs(plan ? { ...context, operands: plan.operands } : context);
  const masters = givenMasterKeys(variable);
  const { reads } = await context.connectFly();
  const [observed, { where, receipts }] = await Promise.all([
    observeNow(specs, reads),
    readReceipts(context, specs),
  ]);
  const checks = specs.selected.flatMap((silo, index): readonly ReceiptCheck[] => {
    const [seen, found] = [observed[index], receipts[index]];
    if (!seen || !found) return [];
    const approved = plan?.approved.find((one) => one.silo === silo.slug);
    const findings = findingsOf(found, {
      key: keyOf(masters, silo, seen),
      world: worldFactsOf(seen),
      plan: plan && approved && { name: plan.file, approved },
    });
    const receipt = found.kind === "found" ? found.receipt : undefined;
    return [{ silo: silo.slug, verdict: worstOf(findings), receipt, findings }];
  });
  output.write(
    options.format === "json"
      ? receiptsJson(checks, where)
      : receiptsText(checks, where, styleOf(output.color)),
  );
  const verdict = worstOf(checks);
  return verdict === "forged" ? 4 : verdict === "moved" ? 3 : 0;
};

function findingsOf(found: FoundReceipt, evidence: Evidence): readonly Finding[] {
  if (found.kind === "found") return verifyReceipt(found.receipt, evidence);
  if (found.kind === "unreadable") return [{ about: "file", verdict: "forged", text: found.text }];
  const isThere = Object.values(evidence.world.services).some(
    ({ ownership }) => ownership === "ours",
  );
  return isThere
    ? [
        {
          about: "file",
          verdict: "moved",
          text: `${found.text}, and nothing vouches for what is there`,
        },
      ]
    : [{ about: "file", verdict: "verified", text: `${found.text}, and nothing of the silo` }];
}

function keyOf(
  masters: MasterKeys | undefined,
  silo: Silo,
  { record, conflict }: ObservedSilo,
): Evidence["key"] {
  if (!masters) return { unknown: "SILO_MASTER_KEY is not set" };
  if (!record) return { unknown: conflict?.message ?? "the silo is gone, and its key with it" };
  try {
    return { value: receiptKeyOf(masters, silo, record) };
  } catch (error) {
    if (error instanceof Refused) return { unknown: error.message };
    throw error;
  }
}
