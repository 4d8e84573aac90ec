/** What is wrong with specs, for a comment or a job summary. */

import type { Finding } from "#spec/finding.ts";
import { limited } from "./limited.ts";
import { escaped } from "./markdown.ts";
import { count } from "./plan-words.ts";

export function findingsMarkdown(
  findings: readonly Finding[],
  mostBytes = Number.POSITIVE_INFINITY,
): string {
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.length - errors.length;
  const parts = [
    errors.length > 0 ? count(errors.length, "error") : "",
    warnings > 0 ? count(warnings, "warning") : "",
  ].filter((part) => part !== "");
  const ordered = [...errors, ...findings.filter(({ severity }) => severity !== "error")];
  return [
    `### Specs: ${parts.length === 0 ? "all valid" : parts.join(", ")}`,
    ...limited(ordered.map(sectionOf), mostBytes - 200),
    "",
  ].join("\n\n");
}

function sectionOf({ file, line, column, severity, code, message, fix }: Finding) {
  const short = `- ${severity} ${escaped(file)}:${line}:${column} ${escaped(code)}`;
  return { full: `${short} ${escaped(message)}<br>Fix: ${escaped(fix)}`, short };
}
