import type { CommitStatusRow, RepoRow } from "./entities.ts";

/** The newest status of each context, as the combined state counts them. */
export function latestStatuses(repo: RepoRow, sha: string): readonly CommitStatusRow[] {
  const byContext = new Map<string, CommitStatusRow>();
  for (const status of repo.statuses) {
    if (status.sha === sha) byContext.set(status.context, status);
  }
  return [...byContext.values()];
}
