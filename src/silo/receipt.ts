/**
 * A receipt says what a run changed and left. Sealed, it also says that a holder of the master key
 * wrote it: whoever may only write to the branch of the status files cannot make one.
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson, digestOf } from "./canonical-json.ts";
import type { Receipt } from "./status.generated.ts";

/** `receiptKey` is the silo's value of the purpose `receipt`. */
export const sealed = (receipt: Receipt, receiptKey: string): Receipt => ({
  ...receipt,
  mac: macOf(receipt, receiptKey),
});

export function isSealRight(receipt: Receipt, receiptKey: string): boolean {
  const wanted = Buffer.from(macOf(receipt, receiptKey));
  const given = Buffer.from(receipt.mac ?? "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Whether its parts agree; without any key. */
export const isConsistent = ({ world, world_after }: Receipt): boolean =>
  digestOf(world) === world_after;

function macOf({ mac: _, ...rest }: Receipt, receiptKey: string): string {
  return createHmac("sha256", Buffer.from(receiptKey, "hex"))
    .update(canonicalJson(rest))
    .digest("hex");
}
