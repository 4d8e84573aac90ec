/** Variables of a site. Every call names the site: without it the whole team's would be meant. */

import { isApiError } from "#silo/errors.ts";
import type { NetlifySite, NetlifyValue } from "#world/netlify.ts";
import type { NetlifyCalls } from "./call.ts";
import type { NetlifyRequestFacts } from "./request.ts";
import { readVariable, type ValueAnswer, type VariableAnswer } from "./shapes.ts";

export async function listValues(
  calls: NetlifyCalls,
  site: NetlifySite,
  key: string,
): Promise<readonly NetlifyValue[]> {
  const variable = await findVariable(calls, site, key);
  return (variable?.values ?? []).map((answer) => ({
    id: answer.id,
    context: answer.context,
    branch: branchOf(answer, site),
    value: answer.value,
    ...(variable?.is_secret && { isHidden: true }),
  }));
}

/** `undefined` when the site has none of that name. */
export async function findVariable(
  calls: NetlifyCalls,
  site: NetlifySite,
  key: string,
): Promise<VariableAnswer | undefined> {
  return goneIsFine(
    calls.call({
      ...variableCall(site, key),
      operation: `read the variable ${key} of ${site.name}`,
      method: "GET",
      effect: "read",
      read: ({ body }) => readVariable(body, "the variable"),
    }),
  );
}

/** The branch that a value is for alone. */
export function branchOf(
  { context, context_parameter }: Omit<ValueAnswer, "id" | "value">,
  { productionBranch }: NetlifySite,
): string | undefined {
  if (context === "production") return productionBranch;
  return context === "branch" ? context_parameter : undefined;
}

export function variableCall(
  site: NetlifySite,
  ...rest: readonly string[]
): Pick<NetlifyRequestFacts, "path" | "query"> {
  return { path: ["accounts", site.accountId, "env", ...rest], query: { site_id: site.id } };
}

export async function goneIsFine<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error, "not_found")) return undefined;
    throw error;
  }
}
