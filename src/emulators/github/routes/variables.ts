import {
  created,
  isoTime,
  noContent,
  param,
  type Reply,
  type RepoCall,
  requiredText,
  text,
} from "../call.ts";
import type { SettingRow } from "../entities.ts";
import { conflict } from "../errors.ts";
import { countedReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { byName, putSetting, settingName, settingOf, vaultOf } from "../vaults.ts";

const places = [
  { repoPath: "/actions/variables", permission: "actions_variables", place: "repository" },
  {
    repoPath: "/environments/:environment/variables",
    permission: "environments",
    place: "environment",
  },
];

/** The same calls for a repository and for each of its environments. */
export const variableRoutes: readonly RepoRoute[] = places.flatMap(
  ({ repoPath, permission, place }): RepoRoute[] => {
    const read = `${permission}=read`;
    const write = `${permission}=write`;
    const one = `${repoPath}/:name`;
    const action = `${place}-variable`;
    return [
      { method: "GET", repoPath, action: `${action}s-list`, accepts: read, run: listVariables },
      { method: "POST", repoPath, action: `${action}-create`, accepts: write, run: createVariable },
      { method: "GET", repoPath: one, action: `${action}-get`, accepts: read, run: getVariable },
      {
        method: "PATCH",
        repoPath: one,
        action: `${action}-update`,
        accepts: write,
        run: updateVariable,
      },
      {
        method: "DELETE",
        repoPath: one,
        action: `${action}-delete`,
        accepts: write,
        run: deleteVariable,
      },
    ];
  },
);

const variablesIn = (call: RepoCall) => vaultOf(call.repo, call.params.environment).variables;

const limitOf = (call: RepoCall) => ({
  most: call.params.environment === undefined ? 500 : 100,
  what: "Variable",
});

function listVariables(call: RepoCall): Reply {
  const rows = byName(variablesIn(call).values());
  return countedReply(call, rows, { name: "variables", view, size: 10, most: 30 });
}

function getVariable(call: RepoCall): Reply {
  return { status: 200, body: view(settingOf(variablesIn(call), param(call, "name"))) };
}

function createVariable(call: RepoCall): Reply {
  const variables = variablesIn(call);
  const name = settingName(requiredText(call.body, "name"), "Variable");
  const value = requiredText(call.body, "value");
  if (variables.has(name)) throw conflict("Already exists - Variable already exists");
  putSetting(variables, { name, value, at: call.at }, limitOf(call));
  return created({});
}

/** May rename it, too. */
function updateVariable(call: RepoCall): Reply {
  const variables = variablesIn(call);
  const row = settingOf(variables, param(call, "name"));
  const name = settingName(text(call.body, "name") ?? row.name, "Variable");
  const value = text(call.body, "value") ?? row.value;
  if (name !== row.name) {
    if (variables.has(name)) throw conflict("Already exists - Variable already exists");
    variables.delete(row.name);
  }
  putSetting(variables, { name, value, at: call.at }, limitOf(call));
  return noContent;
}

function deleteVariable(call: RepoCall): Reply {
  const variables = variablesIn(call);
  variables.delete(settingOf(variables, param(call, "name")).name);
  return noContent;
}

function view({ name, value, createdMs, updatedMs }: SettingRow) {
  return { name, value, created_at: isoTime(createdMs), updated_at: isoTime(updatedMs) };
}
