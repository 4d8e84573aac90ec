import {
  idParam,
  noContent,
  ok,
  oneOf,
  param,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import type { EnvironmentRow, PolicyRow } from "../entities.ts";
import { notFound } from "../errors.ts";
import type { Hub } from "../hub.ts";
import { countedReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { environmentOf, hasEnvironments } from "../vaults.ts";
import { policyView } from "../views/environment.ts";

const repoPath = "/environments/:environment/deployment-branch-policies";
const one = `${repoPath}/:policy`;
const read = "actions=read";
const write = "administration=write";

export const branchPolicyRoutes: readonly RepoRoute[] = [
  { method: "GET", repoPath, action: "branch-policies-list", accepts: read, run: listPolicies },
  { method: "POST", repoPath, action: "branch-policy-create", accepts: write, run: createPolicy },
  { method: "GET", repoPath: one, action: "branch-policy-get", accepts: read, run: getPolicy },
  {
    method: "PUT",
    repoPath: one,
    action: "branch-policy-update",
    accepts: write,
    run: updatePolicy,
  },
  {
    method: "DELETE",
    repoPath: one,
    action: "branch-policy-delete",
    accepts: write,
    run: deletePolicy,
  },
];

function listPolicies(call: RepoCall): Reply {
  const rows = [...environmentIn(call).policies.values()];
  return countedReply(call, rows, { name: "branch_policies", view: policyView });
}

/** Only an environment with `custom_branch_policies` takes any. */
function createPolicy(call: RepoCall, hub: Hub): Reply {
  const environment = environmentIn(call);
  if (environment.branchPolicy !== "custom") throw notFound();
  const name = requiredText(call.body, "name");
  const type = oneOf(text(call.body, "type") ?? "branch", "type", ["branch", "tag"]);
  const exists = [...environment.policies.values()].some(
    (policy) => policy.name === name && policy.type === type,
  );
  if (exists) return { status: 303 };
  const row: PolicyRow = { id: hub.nextId(), name, type };
  environment.policies.set(row.id, row);
  return ok(policyView(row));
}

function getPolicy(call: RepoCall): Reply {
  return ok(policyView(policyIn(call)));
}

function updatePolicy(call: RepoCall): Reply {
  const row = policyIn(call);
  row.name = requiredText(call.body, "name");
  return ok(policyView(row));
}

function deletePolicy(call: RepoCall): Reply {
  environmentIn(call).policies.delete(policyIn(call).id);
  return noContent;
}

function environmentIn(call: RepoCall): EnvironmentRow {
  if (!hasEnvironments(call.repo)) throw notFound();
  return environmentOf(call.repo, param(call, "environment"));
}

function policyIn(call: RepoCall): PolicyRow {
  const found = environmentIn(call).policies.get(idParam(call, "policy"));
  if (!found) throw notFound();
  return found;
}
