/** What a build sees of the variables: the site's before the team's, the closest context first. */

import type { DeployRow, SiteRow, TeamRow, ValueRow, VariableRow } from "./entities.ts";

type Build = Pick<DeployRow, "branch" | "context">;

export function buildEnvironment(
  team: TeamRow,
  site: SiteRow,
  build: Build,
): Readonly<Record<string, string>> {
  const seen = new Map<string, string>();
  for (const variable of [...team.variables, ...site.variables]) {
    const value = variable.scopes.includes("builds") ? valueFor(variable, build) : undefined;
    if (value !== undefined) seen.set(variable.key, value);
  }
  return Object.fromEntries(seen);
}

/** A production build does not look at values of branches: that it does is not documented. */
function valueFor({ values }: VariableRow, { branch, context }: Build): string | undefined {
  const isOfBranch = (row: ValueRow) =>
    context === "branch-deploy" && row.context === "branch" && row.parameter === branch;
  const found =
    values.find(isOfBranch) ??
    values.find((row) => row.context === context) ??
    values.find((row) => row.context === "all");
  return found?.value;
}
