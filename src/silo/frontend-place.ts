/** The part of the silo record that says where values for a frontend were put: which site, branch, names. */

export interface FrontendPlace {
  /** Name or id of a Netlify site. */
  readonly site: string;
  /** Branch whose builds get the values; those of other branches are not ours. */
  readonly branch: string;
  /** Names, as `VITE_SUPABASE_URL`. */
  readonly variables: readonly string[];
}

/** None of its parts may hold a space or a comma. */
export const frontendPlaceText = ({ site, branch, variables }: FrontendPlace): string =>
  `${site} ${branch} ${variables.join()}`;

/** An entry that was tampered with names no place. */
export function readFrontendPlace(text: string | undefined): FrontendPlace | undefined {
  const [, site, branch, names] =
    text?.match(/^([a-z0-9-]+) ([A-Za-z0-9._/-]+) ([A-Z0-9_,]*)$/) ?? [];
  if (site === undefined || branch === undefined || names === undefined) return undefined;
  return { site, branch, variables: names.split(",").filter(Boolean) };
}
