/** What a command found, as Markdown of at most so many bytes. */

import { findingsMarkdown } from "#render/findings-markdown.ts";
import { bytesOf } from "#render/limited.ts";
import { escaped } from "#render/markdown.ts";
import { planMarkdown } from "#render/plan-markdown.ts";
import { runsMarkdown } from "#render/runs-markdown.ts";
import { isError } from "#spec/finding.ts";
import type { Found, Step } from "./step.ts";

export function markdownOf({ preface }: Pick<Step, "preface">, found: Found, most: number): string {
  const parts = [...preface];
  const notes = (found.plan?.notes ?? []).map((note) => `> ${escaped(note)}`);
  const left = most - [...parts, ...notes].reduce((sum, part) => sum + bytesOf(part) + 2, 0);
  const blocking = found.findings?.findings.filter(isError) ?? [];
  if (found.runs) parts.push(runsMarkdown(found.runs.runs, found.runs.intent, left));
  else if (found.plan) parts.push(planMarkdown(found.plan.plan, left));
  else if (found.findings) {
    parts.push(findingsMarkdown(blocking.length > 0 ? blocking : found.findings.findings, left));
  }
  parts.push(...notes);
  return parts.join("\n\n");
}
