/** Drift for a terminal, for an issue, and as JSON. */

import type { DriftItem, SiloDrift } from "#engine/drift.ts";
import { plainText } from "#silo/plain-text.ts";
import { ageText } from "./age.ts";
import { escaped } from "./markdown.ts";
import { changeText, count } from "./plan-words.ts";
import type { Style } from "./style.ts";

export function driftText(drifts: readonly SiloDrift[], now: number, style: Style): string {
  const blocks = drifts
    .filter(({ items, notApplied }) => items.length + notApplied.length > 0)
    .map(({ silo, items, notApplied }) =>
      [
        style.bold(silo),
        ...items.flatMap((item) => itemLines(item, now, style)),
        ...(notApplied.length > 0 ? [style.dim(`  ${notAppliedText(silo, notApplied)}`)] : []),
      ].join("\n"),
    );
  return `${[...blocks, summary(drifts)].join("\n\n")}\n`;
}

function itemLines(item: DriftItem, now: number, style: Style): string[] {
  const word = item.policy === "heal" ? style.yellow("heal  ") : style.red("report");
  return [
    `  ${word}  ${plainText(item.text)}${ageOf(item, now)}`,
    ...item.changes.map((change) => `            ${changeText(change)}`),
  ];
}

const ageOf = ({ changedAt }: DriftItem, now: number): string =>
  changedAt === undefined ? "" : ` (changed ${ageText(now - Date.parse(changedAt))} ago)`;

const notAppliedText = (silo: string, services: readonly string[]): string =>
  `not applied yet: the spec of ${services.join(", ")}; \`silo plan ${silo}\` shows it`;

function summary(drifts: readonly SiloDrift[]): string {
  const drifted = drifts.filter(({ items }) => items.length > 0);
  const items = drifted.flatMap((drift) => drift.items);
  if (items.length === 0) return `No drift in ${count(drifts.length, "silo")}`;
  const toHeal = items.filter(({ policy }) => policy === "heal").length;
  return `${count(drifted.length, "silo")} of ${drifts.length} drifted: ${toHeal} to heal (\`silo drift --heal\`), ${items.length - toHeal} to look at`;
}

/** The body of an issue; the same drift gives the same text, so ages are left out. */
export function driftMarkdown(drifts: readonly SiloDrift[]): string {
  const blocks = drifts
    .filter(({ items }) => items.length > 0)
    .map(({ silo, items }) =>
      [
        `### ${escaped(silo)} drifted`,
        [
          "| service | | what | since |",
          "| --- | --- | --- | --- |",
          ...items.map(({ service, policy, text, changes, changedAt }) => {
            const more = changes.map((change) => `<br>${escaped(changeText(change))}`).join("");
            return `| ${service ?? ""} | ${policy} | ${escaped(text)}${more} | ${changedAt?.slice(0, 16).replace("T", " ") ?? ""} |`;
          }),
        ].join("\n"),
      ].join("\n\n"),
    );
  return `${[...blocks, summary(drifts)].join("\n\n")}\n`;
}

export function driftJson(drifts: readonly SiloDrift[]): string {
  const silos = drifts.map(({ silo, items, notApplied }) => ({
    silo,
    drifted: items.length > 0,
    not_applied: notApplied,
    items: items.map(({ service, policy, text, changes, changedAt }) => ({
      service: service ?? null,
      policy,
      text,
      changes,
      changed_at: changedAt ?? null,
    })),
  }));
  return `${JSON.stringify({ silos }, null, 2)}\n`;
}
