/** The texts of status files, from where they are: the status branch, or the working tree. */

import { statusPath } from "./commit-status.ts";
import type { CommandContext, Specs } from "./types.ts";

export interface StatusText {
  readonly path: string;
  /** `undefined` where there is no such file. */
  readonly text: string | undefined;
}

/** One a chosen silo, and where they were looked for. */
export async function readStatusTexts(
  { files, options, connectGitHub }: CommandContext,
  { selected, config }: Specs,
): Promise<{ readonly where: string; readonly statuses: readonly StatusText[] }> {
  const connection = await connectGitHub();
  if (!connection) {
    const statuses = selected.map(({ slug }) => {
      const path = `${options.silosDir}/status/${slug}.json`;
      const text = files.exists(path) ? new TextDecoder().decode(files.read(path)) : undefined;
      return { path, text };
    });
    return { where: `${options.silosDir}/status`, statuses };
  }
  const { github, repository } = connection;
  const branch = config.github.status_branch;
  const head = await github.getBranchHead(repository, branch);
  const there =
    head === undefined
      ? new Map<string, string>()
      : await github.readFiles(repository, branch, selected.map(statusPath));
  const statuses = selected.map((silo) => {
    const path = statusPath(silo);
    return { path, text: there.get(path) };
  });
  return { where: `the branch ${branch} of ${repository}`, statuses };
}
