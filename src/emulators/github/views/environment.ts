import { isoTime } from "../call.ts";
import type { EnvironmentRow, PolicyRow, RepoRow, Reviewer } from "../entities.ts";
import { repoPage, repoUrl } from "./repository.ts";
import { nodeId, teamView, userView } from "./users.ts";

export function environmentView(row: EnvironmentRow, repo: RepoRow, base: string) {
  return {
    id: row.id,
    node_id: nodeId("EN", row.id),
    name: row.name,
    url: `${repoUrl(repo, base)}/environments/${encodeURIComponent(row.name)}`,
    html_url: `${repoPage(repo)}/deployments/activity_log?environments_filter=${encodeURIComponent(row.name)}`,
    created_at: isoTime(row.createdMs),
    updated_at: isoTime(row.updatedMs),
    protection_rules: protectionRules(row, base),
    can_admins_bypass: true,
    deployment_branch_policy:
      row.branchPolicy === undefined
        ? null
        : {
            protected_branches: row.branchPolicy === "protected",
            custom_branch_policies: row.branchPolicy === "custom",
          },
  };
}

export function policyView({ id, name, type }: PolicyRow) {
  return { id, node_id: nodeId("GE", id), name, type };
}

/** Each kind of rule is listed only when it is set. */
function protectionRules(row: EnvironmentRow, base: string) {
  const rule = (offset: number, type: string, more: object) => {
    const id = row.id * 10 + offset;
    return { id, node_id: nodeId("GA", id), type, ...more };
  };
  const reviewers = row.reviewers.map((reviewer) => ({
    type: reviewer.type,
    reviewer: reviewerView(reviewer, base),
  }));
  return [
    ...(row.waitMinutes > 0 ? [rule(1, "wait_timer", { wait_timer: row.waitMinutes })] : []),
    ...(reviewers.length > 0
      ? [rule(2, "required_reviewers", { prevent_self_review: row.preventSelfReview, reviewers })]
      : []),
    ...(row.branchPolicy === undefined ? [] : [rule(3, "branch_policy", {})]),
  ];
}

function reviewerView({ type, id }: Reviewer, base: string) {
  return type === "Team"
    ? teamView(id, base)
    : userView({ login: `user-${id}`, id, type: "User" }, base);
}
