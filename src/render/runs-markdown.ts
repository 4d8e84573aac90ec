/** How a run went, for a job summary. */

import type { SiloRun } from "#engine/run-silo.ts";
import type { Intent } from "#state/situation.ts";
import { limited, type Section } from "./limited.ts";
import { escaped } from "./markdown.ts";
import { count } from "./plan-words.ts";
import { doneWords, errorText } from "./runs.ts";

export function runsMarkdown(
  runs: readonly SiloRun[],
  intent: Intent,
  mostBytes = Number.POSITIVE_INFINITY,
): string {
  const ordered = runs
    .filter(({ result }) => result !== "unchanged")
    .toSorted((a, b) => Number(isBad(b)) - Number(isBad(a)));
  const unchanged = runs.length - ordered.length;
  return [
    `### Silos ${doneWords[intent.kind]}: ${totals(runs)}`,
    ...limited(ordered.map(sectionOf), mostBytes - 400),
    ...(unchanged > 0 ? [`${count(unchanged, "silo")}: nothing to do`] : []),
    "",
  ].join("\n\n");
}

const isBad = ({ result }: SiloRun): boolean => result === "failed" || result === "refused";

function totals(runs: readonly SiloRun[]): string {
  const of = (...results: readonly SiloRun["result"][]) =>
    runs.filter(({ result }) => results.includes(result)).length;
  const parts = [
    [of("done", "unchanged"), "as wanted"],
    [of("failed"), "failed"],
    [of("refused"), "refused"],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, word]) => `${amount} ${word}`);
  return said.length === 0 ? "none" : said.join(", ");
}

function sectionOf(run: SiloRun): Section {
  const done = run.outcomes.filter(({ result }) => result === "done").length;
  const word = run.result === "done" ? doneWords[run.intent] : `**${run.result}**`;
  const took = `${count(done, "step")} in ${(run.ms / 1_000).toFixed(1)} s`;
  const short = `- <b>${escaped(run.silo)}</b> ${word} · ${took}`;
  const why = [
    ...run.refusals.map(
      ({ message, fix }) => `  - ${escaped(message)}${fix ? `<br>Fix: ${escaped(fix)}` : ""}`,
    ),
    ...run.outcomes
      .filter(({ result }) => result === "failed")
      .map((outcome) => `  - ${escaped(`${outcome.step.text}: ${errorText(outcome)}`)}`),
  ];
  return { full: [short, ...why].join("\n"), short };
}
