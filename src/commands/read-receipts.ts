/** The receipts of silos, from where their status files are: the status branch, or the working tree. */

import type { Receipt } from "#silo/status.generated.ts";
import { receipt as isReceipt } from "#spec/receipt-validator.generated.js";
import { readStatusTexts } from "./read-statuses.ts";
import type { CommandContext, Specs } from "./types.ts";

export type FoundReceipt =
  | { readonly kind: "found"; readonly receipt: Receipt }
  | { readonly kind: "missing"; readonly text: string }
  | { readonly kind: "unreadable"; readonly text: string };

/** One a chosen silo, and where they were looked for. */
export async function readReceipts(
  context: CommandContext,
  specs: Specs,
): Promise<{ readonly where: string; readonly receipts: readonly FoundReceipt[] }> {
  const { where, statuses } = await readStatusTexts(context, specs);
  const receipts = specs.selected.map(({ spec }, index) => {
    const { path = "", text } = statuses[index] ?? {};
    return receiptIn(text, path, spec.silo_id);
  });
  return { where, receipts };
}

function receiptIn(text: string | undefined, path: string, siloId: string): FoundReceipt {
  if (text === undefined) return { kind: "missing", text: `there is no ${path}` };
  const unreadable = (why: string): FoundReceipt => ({
    kind: "unreadable",
    text: `${path} is not as silo-manager writes it: ${why}`,
  });
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return unreadable("it is not JSON");
  }
  if (typeof status !== "object" || status === null) return unreadable("it is not an object");
  const { silo_id, receipt } = status as Readonly<Record<string, unknown>>;
  if (silo_id !== siloId) return unreadable(`it is of the silo_id ${JSON.stringify(silo_id)}`);
  if (receipt === null) return { kind: "missing", text: `${path} holds no receipt` };
  return isReceipt(receipt)
    ? { kind: "found", receipt }
    : unreadable("its receipt has another form");
}
