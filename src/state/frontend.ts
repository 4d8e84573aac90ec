/** What a Netlify site is to build its frontend with: names of variables, and what they mean. */

import type { Field } from "#silo/access.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { fieldOfVariable } from "#silo/public-variables.ts";
import type { Silo } from "#silo/silo.ts";

export interface FrontendVariable {
  /** `VITE_SUPABASE_URL`. */
  readonly key: string;
  readonly field: Field;
}

export interface DesiredFrontend {
  /** Name or id. */
  readonly site: string;
  /** Branch whose builds get the values; those of other branches are not ours. */
  readonly branch: string;
  readonly variables: readonly FrontendVariable[];
  /** Over all of it and the generation that made the keys: what the record carries once it is built. */
  readonly digest: string;
}

/** `undefined` when the spec names no site. */
export function desireFrontend({ spec }: Silo, generation: number): DesiredFrontend | undefined {
  if (!spec.netlify) return undefined;
  const { site, branch } = spec.netlify;
  const variables = spec.netlify.variables.map((key) => ({ key, field: meaningOf(key) }));
  return {
    site,
    branch,
    variables,
    digest: digestOf({ site, branch, variables, generation }),
  };
}

function meaningOf(key: string): Field {
  const field = fieldOfVariable(key);
  if (field === undefined)
    throw new Error(`The variable ${key} means nothing; a spec was let through`);
  return field;
}
