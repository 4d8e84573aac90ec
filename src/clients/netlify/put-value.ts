/**
 * Sets the value of one branch: look, write what differs, look again. A write counts when it is
 * read back. A lost answer, and somebody who made or removed the variable meanwhile, only lead to
 * another look.
 */

import { ApiError } from "#silo/errors.ts";
import type { NetlifySite } from "#world/netlify.ts";
import type { NetlifyCalls } from "./call.ts";
import type { VariableAnswer } from "./shapes.ts";
import { findVariable, variableCall } from "./variables.ts";

interface Wanted {
  readonly site: NetlifySite;
  readonly key: string;
  readonly branch: string;
  readonly value: string;
}

type Variable = VariableAnswer | undefined;

interface Context {
  readonly context: "production" | "branch";
  readonly context_parameter?: string;
}

const mostRounds = 4;
const pauseMs = 1_000;

export async function putValue(calls: NetlifyCalls, wanted: Wanted): Promise<boolean> {
  const { site, key, branch } = wanted;
  let known = await findVariable(calls, site, key);
  let trouble: ApiError | undefined;
  let isChanged = false;
  for (let round = 0; round < mostRounds && !isRight(known, wanted); round++) {
    isChanged = true;
    if (round > 0) await calls.clock.sleep(pauseMs * round);
    trouble = await write(calls, known, wanted);
    // The value of a secret is never read back: that it was taken has to do.
    if (known?.is_secret && trouble === undefined) return isChanged;
    const before = known;
    known = await findVariable(calls, site, key);
    const isRefused = trouble !== undefined && !trouble.facts.ambiguous;
    if (isRefused && before === undefined && known === undefined) throw trouble;
  }
  if (isRight(known, wanted)) return isChanged;
  const why = `the value of branch ${branch} reads back differently than it was written`;
  throw trouble ?? calls.failure(operationOf(wanted), why, "conflict");
}

function isRight(known: Variable, { site, branch, value }: Wanted): boolean {
  if (known === undefined || known.is_secret) return false;
  return contextsFor(known, { site, branch }).every((context) =>
    known.values.some((answer) => isOf(answer, context) && answer.value === value),
  );
}

/**
 * The production branch has the context `production`. Whether its builds look at a value of their
 * branch, too, is not documented: where there is one it must not contradict.
 */
function contextsFor(
  known: Variable,
  { site, branch }: Pick<Wanted, "site" | "branch">,
): readonly Context[] {
  const own: Context = { context: "branch", context_parameter: branch };
  if (branch !== site.productionBranch) return [own];
  const hasOwn = known?.values.some((answer) => isOf(answer, own)) ?? false;
  return [{ context: "production" }, ...(hasOwn ? [own] : [])];
}

function isOf(
  answer: { readonly context: string; readonly context_parameter?: string | undefined },
  { context, context_parameter }: Context,
): boolean {
  if (answer.context !== context) return false;
  return context !== "branch" || answer.context_parameter === context_parameter;
}

/** Gives the error that another look may explain away, and throws any other. */
async function write(
  calls: NetlifyCalls,
  known: Variable,
  wanted: Wanted,
): Promise<ApiError | undefined> {
  const contexts = contextsFor(known, wanted);
  try {
    if (known === undefined) await create(calls, contexts, wanted);
    else for (const context of contexts) await upsert(calls, context, wanted);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { ambiguous, category } = error.facts;
    // Refusals of a variable that meanwhile is there, or no longer is.
    const raced = known === undefined ? ["already_exists", "invalid"] : ["not_found"];
    if (ambiguous || raced.includes(category)) return error;
    throw error;
  }
}

/** Scopes are never sent: on the free plan that is refused, and the default is what is meant. */
function create(
  calls: NetlifyCalls,
  contexts: readonly Context[],
  wanted: Wanted,
): Promise<undefined> {
  const { site, key, value } = wanted;
  return calls.call({
    ...variableCall(site),
    operation: operationOf(wanted),
    method: "POST",
    body: [{ key, values: contexts.map((context) => ({ ...context, value })) }],
    effect: "once",
    hidden: [value],
    read: () => undefined,
  });
}

function upsert(calls: NetlifyCalls, context: Context, wanted: Wanted): Promise<undefined> {
  const { site, key, value } = wanted;
  return calls.call({
    ...variableCall(site, key),
    operation: operationOf(wanted),
    method: "PATCH",
    body: { ...context, value },
    effect: "repeatable",
    hidden: [value],
    read: () => undefined,
  });
}

function operationOf({ site, key, branch }: Wanted): string {
  return `set the variable ${key} of ${site.name} for branch ${branch}`;
}
