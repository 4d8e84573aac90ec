/** How a run went: the result of apply, start, stop, restart and destroy. */

import type { StepOutcome } from "#engine/execute.ts";
import type { SiloRun } from "#engine/run-silo.ts";
import { plainText } from "#silo/plain-text.ts";
import type { Intent } from "#state/situation.ts";
import { count } from "./plan-words.ts";
import type { Style } from "./style.ts";

export const doneWords: Record<Intent["kind"], string> = {
  apply: "applied",
  start: "started",
  stop: "stopped",
  restart: "restarted",
  rotate: "rotated",
  "rotate-master": "moved to SILO_MASTER_KEY",
  "end-rls": "back to production",
  restore: "restored",
  import: "imported",
  destroy: "destroyed",
  hold: "held awake",
  release: "released",
};

export function runsText(runs: readonly SiloRun[], style: Style): string {
  return runs.map((run) => `${runText(run, style)}\n`).join("");
}

function runText(run: SiloRun, style: Style): string {
  const done = run.outcomes.filter(({ result }) => result === "done").length;
  const time = `${(run.ms / 1_000).toFixed(1)} s`;
  const name = style.bold(run.silo);
  switch (run.result) {
    case "unchanged":
      return `${name}  ${run.kept === undefined ? "nothing to do" : `kept: ${plainText(run.kept)}`}`;
    case "done":
      return `${name}  ${style.green(doneWords[run.intent])}: ${count(done, "step")} in ${time}`;
    case "refused":
      return [`${name}  ${style.red("refused")}`, ...run.refusals.flatMap(refusalLines)].join("\n");
    case "failed":
      return [
        `${name}  ${style.red("failed")} after ${count(done, "step")} in ${time}; a second run continues from there`,
        ...run.refusals.flatMap(refusalLines),
        ...run.outcomes.filter(({ result }) => result === "failed").map(failureLine),
      ].join("\n");
  }
}

const refusalLines = ({ message, fix }: SiloRun["refusals"][number]) => [
  `  ${plainText(message)}`,
  ...(fix ? [`  fix: ${plainText(fix)}`] : []),
];

const failureLine = (outcome: StepOutcome) =>
  `  ${plainText(`${outcome.step.text}: ${errorText(outcome)}`)}`;

export function errorText(outcome: StepOutcome): string {
  if (outcome.result !== "failed") return "";
  return outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
}

export function runsJson(runs: readonly SiloRun[]): string {
  const silos = runs.map(({ silo, result, ms, kept, refusals, outcomes }) => ({
    silo,
    result,
    ms,
    ...(kept !== undefined && { kept }),
    refusals: refusals.map(({ message, fix }) => ({ message, fix })),
    steps: outcomes.map((outcome) => ({
      key: outcome.step.key,
      result: outcome.result,
      started_at: new Date(outcome.startedAt).toISOString(),
      ms: outcome.ms,
      ...(outcome.result === "failed" && { error: errorText(outcome) }),
    })),
  }));
  return `${JSON.stringify({ silos }, null, 2)}\n`;
}
