/**
 * From the claims of a workflow token, already verified, to a caller. Numbers and exact references
 * decide; names, `sub` and `actor`, which others can choose, decide nothing.
 */

import type { DeskWorkflow } from "#silo/config.generated.ts";

export type Claims = Readonly<Record<string, unknown>>;

const usualEvents: readonly string[] = ["push", "schedule", "workflow_dispatch"];

/** The one entry that the claims fit; none, or more than one, is nobody. */
export function matchWorkflow(
  entries: readonly DeskWorkflow[],
  claims: Claims,
): DeskWorkflow | undefined {
  const [found, ...others] = entries.filter((entry) => fits(entry, claims));
  return others.length === 0 ? found : undefined;
}

function fits(entry: DeskWorkflow, claims: Claims): boolean {
  const events: readonly unknown[] = entry.events ?? usualEvents;
  return (
    claims.repository_id === entry.repository_id &&
    claims.repository_owner_id === entry.repository_owner_id &&
    claims.ref === entry.ref &&
    claims.ref_type === "branch" &&
    events.includes(claims.event_name) &&
    fitsFile(entry, claims) &&
    (entry.environment === undefined || claims.environment === entry.environment)
  );
}

/**
 * GitHub names the called file in `job_workflow_ref`, also when a job is in no reusable workflow. One
 * that our file only calls is not our file.
 */
function fitsFile({ workflow_ref, job_workflow_ref }: DeskWorkflow, claims: Claims): boolean {
  if (workflow_ref === undefined && job_workflow_ref === undefined) return false;
  if (workflow_ref !== undefined && claims.workflow_ref !== workflow_ref) return false;
  if (job_workflow_ref !== undefined) return claims.job_workflow_ref === job_workflow_ref;
  return claims.job_workflow_ref === undefined || claims.job_workflow_ref === workflow_ref;
}
