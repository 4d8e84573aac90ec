/**
 * What a Netlify site is to build its frontend with: names of variables, and what they mean. Where, is
 * what the record says and not the spec: only an apply moves it, after all was removed from the place
 * before, and with approval when the site is another one.
 */

import type { Field } from "#silo/access.ts";
import { digestOf } from "#silo/canonical-json.ts";
import { type FrontendPlace, frontendPlaceText } from "#silo/frontend-place.ts";
import { fieldOfVariable } from "#silo/public-variables.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { NetlifyValue } from "#world/netlify.ts";

export interface FrontendVariable {
  /** `VITE_SUPABASE_URL`. */
  readonly key: string;
  readonly field: Field;
}

export interface DesiredFrontend extends Omit<FrontendPlace, "variables"> {
  readonly variables: readonly FrontendVariable[];
  /** Over all of it and the generation that made the keys: what the record carries once it is built. */
  readonly digest: string;
}

/** `undefined` where there is none: no spec names a site, or no apply has let one in. */
export function desireFrontend(
  { spec }: Silo,
  record: SiloRecord | undefined,
  intent: string,
): DesiredFrontend | undefined {
  const place = intent === "apply" ? spec.netlify : record?.frontendPlace;
  if (!place) return undefined;
  const { site, branch } = place;
  const variables = place.variables.flatMap((key) => {
    const field = fieldOfVariable(key);
    return field === undefined ? [] : [{ key, field }];
  });
  const newest = record?.generations.at(-1);
  // All that a frontend has of a generation.
  const generation = newest?.signedAs ?? newest?.number ?? 1;
  return { site, branch, variables, digest: digestOf({ site, branch, variables, generation }) };
}

export const placeOf = ({ site, branch, variables }: DesiredFrontend): FrontendPlace => ({
  site,
  branch,
  variables: variables.map(({ key }) => key),
});

export function isWhereItWas(
  frontend: DesiredFrontend | undefined,
  record: Pick<SiloRecord, "frontendPlace"> | undefined,
): boolean {
  const before = record?.frontendPlace && frontendPlaceText(record.frontendPlace);
  return before === (frontend && frontendPlaceText(placeOf(frontend)));
}

/** Where values may stand that no build is to get any more. */
export function formerFrontend(
  frontend: DesiredFrontend | undefined,
  record: Pick<SiloRecord, "frontendPlace"> | undefined,
): FrontendPlace | undefined {
  const before = record?.frontendPlace;
  if (!before) return undefined;
  const isSame = frontend?.site === before.site && frontend.branch === before.branch;
  const wanted = isSame ? placeOf(frontend).variables : [];
  const variables = before.variables.filter((key) => !wanted.includes(key));
  return variables.length > 0 ? { ...before, variables } : undefined;
}

/**
 * Names of variables that are gone or have another value. A value that this run cannot know, for want
 * of the key, or that Netlify does not show, as somebody marked it as secret, is taken as it is.
 */
export function strayVariables(
  { branch, variables }: DesiredFrontend,
  seen: ReadonlyMap<string, readonly NetlifyValue[]>,
  wanted: Readonly<Partial<Record<Field, string>>>,
): readonly string[] {
  const isStray = ({ key, field }: FrontendVariable): boolean => {
    const own = (seen.get(key) ?? []).filter((value) => value.branch === branch);
    const isOther = ({ isHidden, value }: NetlifyValue) =>
      !isHidden && wanted[field] !== undefined && value !== wanted[field];
    return own.length === 0 || own.some(isOther);
  };
  return variables.filter(isStray).map(({ key }) => key);
}
