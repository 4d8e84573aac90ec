import {
  type Call,
  created,
  done,
  list,
  ok,
  param,
  queryText,
  type Reply,
  record,
} from "../call.ts";
import type { NetlifyCloud } from "../cloud.ts";
import type { VariableRow } from "../entities.ts";
import { invalid, keyExists, notFound } from "../errors.ts";
import { variableOf, variablesOf } from "../lookups.ts";
import type { Route } from "../router.ts";
import {
  placeOf,
  readValue,
  readVariable,
  refuseOpenSecret,
  scopeNames,
} from "../variable-rules.ts";
import { variableView } from "../views.ts";

export const variableRoutes: readonly Route[] = [
  { method: "GET", path: "/accounts/:account/env", run: listVariables },
  { method: "POST", path: "/accounts/:account/env", isCreation: true, run: createVariables },
  {
    method: "GET",
    path: "/accounts/:account/env/:key",
    run: (call, cloud) => ok(variableView(variableOf(call, variablesOf(call, cloud).variables))),
  },
  { method: "PUT", path: "/accounts/:account/env/:key", run: replaceVariable },
  { method: "PATCH", path: "/accounts/:account/env/:key", run: setValue },
  { method: "DELETE", path: "/accounts/:account/env/:key", run: deleteVariable },
  { method: "DELETE", path: "/accounts/:account/env/:key/value/:id", run: deleteValue },
];

const filterContexts = [
  ...["all", "dev", "dev-server", "branch-deploy", "deploy-preview", "production"],
];

function listVariables(call: Call, cloud: NetlifyCloud): Reply {
  const { variables } = variablesOf(call, cloud);
  const context = oneOf(call, "context_name", filterContexts);
  const scope = oneOf(call, "scope", scopeNames);
  const shown = variables
    .filter((variable) => scope === undefined || variable.scopes.includes(scope))
    .map((variable) => (context === undefined ? variable : inContext(variable, context)))
    .filter(({ values }) => context === undefined || values.length > 0);
  return ok(shown.map(variableView));
}

function inContext(variable: VariableRow, context: string): VariableRow {
  const values = variable.values.filter((value) => ["all", context].includes(value.context));
  return { ...variable, values };
}

/** All of them or none. */
function createVariables(call: Call, cloud: NetlifyCloud): Reply {
  const { team, variables } = variablesOf(call, cloud);
  const { ids } = cloud;
  const made = list(call.body, "env_vars").map((body) =>
    readVariable(body, { plan: team.plan, ids, at: call.at }),
  );
  const keys = new Set(variables.map(({ key }) => key));
  for (const { key } of made) {
    if (keys.has(key)) throw keyExists(key);
    keys.add(key);
  }
  variables.push(...made);
  return created(made.map(variableView));
}

function replaceVariable(call: Call, cloud: NetlifyCloud): Reply {
  const { team, variables } = variablesOf(call, cloud);
  const variable = variableOf(call, variables);
  const { key } = variable;
  const next = readVariable(call.body, { plan: team.plan, ids: cloud.ids, at: call.at, key });
  Object.assign(variable, next);
  return ok(variableView(variable));
}

function setValue(call: Call, cloud: NetlifyCloud): Reply {
  const variable = variableOf(call, variablesOf(call, cloud).variables);
  const given = readValue(record(call.body, "env_var"), cloud.ids);
  refuseOpenSecret(variable, given);
  const known = variable.values.find((value) => placeOf(value) === placeOf(given));
  variable.values = known
    ? variable.values.map((value) => (value === known ? { ...given, id: known.id } : value))
    : [...variable.values, given];
  variable.updatedMs = call.at;
  return created(variableView(variable));
}

function deleteVariable(call: Call, cloud: NetlifyCloud): Reply {
  const { variables } = variablesOf(call, cloud);
  variables.splice(variables.indexOf(variableOf(call, variables)), 1);
  return done;
}

/** A variable stays when its last value goes: it is empty then. */
function deleteValue(call: Call, cloud: NetlifyCloud): Reply {
  const variable = variableOf(call, variablesOf(call, cloud).variables);
  const id = param(call, "id");
  const rest = variable.values.filter((value) => value.id !== id);
  if (rest.length === variable.values.length) throw notFound();
  variable.values = rest;
  variable.updatedMs = call.at;
  return done;
}

function oneOf(call: Call, name: string, known: readonly string[]): string | undefined {
  const value = queryText(call, name);
  if (value !== undefined && !known.includes(value)) throw invalid(`${name} is not known`);
  return value;
}
