/** What the receipts of silos are worth, for an auditor. */

import type { Finding, ReceiptCheck, Verdict } from "#engine/verify-receipt.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Receipt } from "#silo/status.generated.ts";
import { count } from "./plan-words.ts";
import type { Style } from "./style.ts";

export function receiptsText(checks: readonly ReceiptCheck[], where: string, style: Style): string {
  if (checks.length === 0) return "There are no silos\n";
  const blocks = checks.map((check) => checkText(check, style));
  return `${[...blocks, style.dim(`receipts of ${plainText(where)}`)].join("\n\n")}\n`;
}

export function receiptsJson(checks: readonly ReceiptCheck[], where: string): string {
  return `${JSON.stringify({ receipts: where, silos: checks }, null, 2)}\n`;
}

function checkText({ silo, verdict, receipt, findings }: ReceiptCheck, style: Style): string {
  return [
    `${style.bold(silo)}  ${style[paints[verdict]](words[verdict])}`,
    ...(receipt ? [...receiptLines(receipt)].map((line) => style.dim(plainText(line))) : []),
    ...findings.map((finding) => findingText(finding, style)),
  ].join("\n");
}

const words: Readonly<Record<Verdict, string>> = {
  verified: "verified",
  unproven: "as recorded, but not proven",
  moved: "moved since",
  forged: "forged or altered",
};

const paints = { verified: "green", unproven: "yellow", moved: "yellow", forged: "red" } as const;

function receiptLines({ command, result, at, changes, commit, run_url, plan_digest }: Receipt) {
  const time = `${at.slice(0, 19).replace("T", " ")} UTC`;
  const outcome = result === "failed" ? `${command} (failed)` : command;
  return [
    `  ${outcome.padEnd(5)}  ${time}, ${count(changes.length, "change")}, plan ${plan_digest}`,
    ...(commit === null ? [] : [`  commit ${commit}`]),
    ...(run_url === null ? [] : [`  ${run_url}`]),
  ];
}

function findingText({ about, verdict, text }: Finding, style: Style): string {
  const line = `  ${about.padEnd(6)} ${plainText(text)}`;
  return verdict === "verified" ? line : style[paints[verdict]](line);
}
