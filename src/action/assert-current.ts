/**
 * A run that is started again works on the commit that it was started for. What was merged since would
 * be undone by it, unseen: the plan that was approved then is the same plan still.
 */

import { Refused } from "#silo/errors.ts";
import { isProposal } from "./event.ts";
import type { Step } from "./step.ts";

/** Those that make a silo as its spec says. */
const bySpec: readonly string[] = [
  ...["prepare", "apply", "start", "restart", "rotate", "drift", "destroy", "restore"],
];

export async function assertCurrent(
  { event, inputs, github: connect }: Step,
  variable: (name: string) => string | undefined,
): Promise<void> {
  const attempt = Number(variable("GITHUB_RUN_ATTEMPT") ?? 1);
  if (attempt <= 1 || isProposal(event) || !bySpec.includes(inputs.command)) return;
  const { github, repository } = await connect();
  const branch = event.defaultBranch ?? (await github.repository(repository)).defaultBranch;
  const head = await github.getBranchHead(repository, branch);
  if (head === undefined || head === event.sha) return;
  const files = await github.changedFiles(repository, event.sha, head);
  const since = files?.map(({ path }) => path).filter(decides(inputs));
  if (since?.length === 0) return;
  const what = since ? `${since.slice(0, 3).join(", ")} changed` : "much changed";
  throw new Refused(
    `This is attempt ${attempt} of a run of ${event.sha.slice(0, 7)}: on ${branch} ${what} since, which it would undo`,
    { exitCode: 4, fix: `start the workflow anew on ${branch}, instead of this run again` },
  );
}

/** A status file changes with every run. */
const decides =
  ({ silosDir, configFile }: Step["inputs"]) =>
  (path: string): boolean =>
    path === configFile.replace(/^(\.\/)+/, "") ||
    path.endsWith(".sql") ||
    (path.startsWith(`${silosDir}/`) && !path.startsWith(`${silosDir}/status/`));
