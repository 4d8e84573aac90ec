/** Which jobs of a workflow run, by the rules of GitHub: `needs`, `if`, and the results before. */

import { type Job, sequence, text, type Workflow } from "../../scripts/workflow-lint/workflow.ts";
import { type Contexts, holds } from "./expressions.ts";

type Result = "success" | "failure" | "cancelled" | "skipped";

export interface Outcome {
  /** What it comes to, if it runs. */
  readonly result?: Exclude<Result, "skipped">;
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface Circumstances {
  readonly github?: Contexts;
  readonly inputs?: Contexts;
  readonly outcomes?: Readonly<Record<string, Outcome>>;
  /** The job after which somebody cancels the run. */
  readonly cancelledAfter?: string;
}

interface Done {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Job → its result. */
export function simulate(
  { jobs }: Workflow,
  { github = {}, inputs = {}, outcomes = {}, cancelledAfter }: Circumstances,
): Readonly<Record<string, Result>> {
  const done = new Map<string, Done>();
  let isCancelled = false;
  for (const job of inOrder(jobs)) {
    const needs = Object.fromEntries(needsOf(job).map((id) => [id, done.get(id)]));
    const before = Object.values(needs).map((need) => need?.result);
    const runs = holds(
      text(job.body.if) || "success()",
      { github, inputs, needs, vars: {} },
      {
        always: true,
        success: !isCancelled && before.every((result) => result === "success"),
        failure: !isCancelled && before.includes("failure"),
        cancelled: isCancelled,
      },
    );
    const { result = "success", outputs = {} } = outcomes[job.id] ?? {};
    done.set(job.id, runs ? { result, outputs } : { result: "skipped", outputs: {} });
    isCancelled ||= job.id === cancelledAfter;
  }
  return Object.fromEntries([...done].map(([id, { result }]) => [id, result]));
}

const needsOf = ({ body: { needs } }: Job): readonly string[] =>
  typeof needs === "string" ? [needs] : sequence(needs).map(text);

function inOrder(jobs: readonly Job[]): readonly Job[] {
  const ready: Job[] = [];
  while (ready.length < jobs.length) {
    const ids = ready.map(({ id }) => id);
    const next = jobs.find(
      (job) => !ready.includes(job) && needsOf(job).every((id) => ids.includes(id)),
    );
    if (!next) throw new Error("The needs go in a circle");
    ready.push(next);
  }
  return ready;
}
