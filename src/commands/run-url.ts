import type { CommandContext } from "./types.ts";

/** The page of the workflow run; `undefined` on a command line. */
export function runUrlOf(variable: CommandContext["variable"]): string | undefined {
  const [repository, run] = [variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID")];
  if (!repository || !run) return undefined;
  return `${variable("GITHUB_SERVER_URL") || "https://github.com"}/${repository}/actions/runs/${run}`;
}
