/**
 * The environments that the jobs after this one rely on, read before: one that nobody has closed lets
 * everything through at once, and a job cannot tell.
 */

import { Refused } from "#silo/errors.ts";
import { gateProblems, type managerEnvironments } from "#state/gates.ts";
import type { Step } from "./step.ts";

export async function assertGates(
  { github: connect, event }: Pick<Step, "github" | "event">,
  names: readonly (typeof managerEnvironments)[number][],
): Promise<void> {
  const { github, repository } = await connect();
  const branch = event.defaultBranch ?? (await github.repository(repository)).defaultBranch;
  const read = names.map(
    async (name) => [name, await github.getEnvironment(repository, name)] as const,
  );
  const problems = gateProblems(new Map(await Promise.all(read)), branch);
  if (problems.length === 0) return;
  const text = problems.map(({ environment, problem }) => `${environment}: ${problem}`);
  throw new Refused(`An environment does not guard what it is for: ${text.join("; ")}`, {
    exitCode: 4,
    fix: [...new Set(problems.map(({ fix }) => fix))].join("; "),
  });
}

/** What is shown to be approved, and run by a later job. */
const approved: readonly string[] = ["destroy", "restore"];

export async function assertApprovalGates(step: Step): Promise<void> {
  const { command, switches } = step.inputs;
  if (!approved.includes(command) || !switches.includes("dry-run")) return;
  await assertGates(step, ["silo-approve", "silo-manager"]);
}
