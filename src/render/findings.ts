/** What `silo doctor` has found, a line each, for a terminal. */

import type { CheckedFinding } from "#checks/run-checks.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Style } from "./style.ts";

type Verdict = CheckedFinding["verdict"];

export function findingsText(findings: readonly CheckedFinding[], style: Style): string {
  const lines = verdicts
    .flatMap((verdict) => findings.filter((one) => one.verdict === verdict))
    .map((finding) => findingLine(finding, style));
  return `${[...lines, "", summary(findings)].join("\n")}\n`;
}

function findingLine({ check, about, verdict, text, fix }: CheckedFinding, style: Style): string {
  const paint = {
    ok: style.green,
    warning: style.yellow,
    failed: style.red,
    unknown: style.yellow,
  };
  const word = paint[verdict](verdict.padEnd(7));
  const way = fix === undefined || verdict === "ok" ? "" : style.bold(` → ${plainText(fix)}`);
  return `${word}  ${style.dim(check.padEnd(17))}  ${plainText(`${about}: ${text}`)}${way}`;
}

/** What is to be done stands last, next to the prompt. */
const verdicts: readonly Verdict[] = ["ok", "unknown", "warning", "failed"];

function summary(findings: readonly CheckedFinding[]): string {
  const counts = verdicts
    .map((verdict) => ({ verdict, found: findings.filter((one) => one.verdict === verdict) }))
    .filter(({ found }) => found.length > 0);
  return counts
    .map(
      ({ verdict, found }) =>
        `${found.length} ${verdict === "warning" && found.length > 1 ? "warnings" : verdict}`,
    )
    .join(", ");
}
