/** Which variables Netlify takes: contexts, scopes by plan, and what a secret may be. */

import type { Seeded } from "../seeded.ts";
import { list, record, text } from "./call.ts";
import type { NetlifyPlan, ValueRow, VariableRow } from "./entities.ts";
import { invalid, scopesNeedUpgrade } from "./errors.ts";
import { uuid } from "./ids.ts";

const contexts = ["all", "dev", "dev-server", "branch-deploy", "deploy-preview"];
const allContexts: readonly string[] = [...contexts, "production", "branch"];

export const scopeNames = ["builds", "functions", "runtime", "post-processing"];
const secretScopes = ["builds", "functions", "runtime"];

/** A secret's value would be readable on every developer's machine. */
const openContexts = ["all", "dev", "dev-server"];

/** The variable that a POST or PUT describes. Throws a 403 or 422. */
export function readVariable(
  body: unknown,
  { plan, ids, at, key }: { plan: NetlifyPlan; ids: Seeded; at: number; key?: string },
): VariableRow {
  const given = record(body, "env_var");
  const isSecret = given.is_secret === true;
  const values = list(given.values ?? [], "values").map((value) => readValue(value, ids));
  const named = given.key ?? key;
  const variable: VariableRow = {
    key: readKey(named),
    scopes: readScopes(given.scopes, { plan, isSecret }),
    isSecret,
    values,
    updatedMs: at,
  };
  if (key !== undefined && named !== key) throw invalid("key cannot be changed");
  const places = values.map(placeOf);
  if (new Set(places).size < places.length) throw invalid("A context has two values");
  for (const value of values) refuseOpenSecret(variable, value);
  return variable;
}

export function readValue(body: unknown, ids: Seeded): ValueRow {
  const given = record(body, "value");
  const value = text(given.value, "value");
  const context = text(given.context, "context");
  if (!allContexts.includes(context)) throw invalid(`context ${context} is not known`);
  const parameter = given.context_parameter;
  if (context !== "branch") return { id: uuid(ids), value, context };
  if (typeof parameter !== "string" || parameter === "") {
    throw invalid("context_parameter must name the branch");
  }
  return { id: uuid(ids), value, context, parameter };
}

export function refuseOpenSecret(
  { isSecret }: Pick<VariableRow, "isSecret">,
  { context, value }: Pick<ValueRow, "context" | "value">,
): void {
  if (isSecret && value !== "" && openContexts.includes(context)) {
    throw invalid(`A secret cannot have a value in context ${context}`);
  }
}

export function placeOf({ context, parameter }: ValueRow): string {
  return JSON.stringify([context, parameter]);
}

function readKey(key: unknown): string {
  const name = text(key, "key");
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw invalid("key is not a name of a variable");
  return name;
}

function readScopes(
  scopes: unknown,
  { plan, isSecret }: { plan: NetlifyPlan; isSecret: boolean },
): readonly string[] {
  const given = scopes === undefined ? undefined : list(scopes, "scopes").map(scopeName);
  const isOfSecret = isSecret && given !== undefined && sameSet(given, secretScopes);
  if (plan === "free" && given !== undefined && !isOfSecret) throw scopesNeedUpgrade();
  const chosen = given ?? scopeNames;
  if (isSecret && chosen.includes("post-processing")) {
    throw invalid("A secret cannot have the scope post-processing");
  }
  return chosen;
}

function scopeName(scope: unknown): string {
  const name = text(scope, "scope");
  if (!scopeNames.includes(name)) throw invalid(`scope ${name} is not known`);
  return name;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}
