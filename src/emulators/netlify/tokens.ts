/** Who is calling, by bearer token. A personal token has no scopes: it is its teams, or nothing. */

import { notFound, unauthenticated } from "./errors.ts";
import type { NetlifyTokenGrant } from "./options.ts";

export interface TokenScope {
  readonly token: string;
  /** Slugs; `undefined`: every team. */
  readonly teams: readonly string[] | undefined;
}

export type ReadToken = (authorization: string | null) => TokenScope;

export function createTokens(grants: readonly NetlifyTokenGrant[] | undefined): ReadToken {
  return (authorization) => {
    const [, token] = /^Bearer\s+(\S+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) throw unauthenticated();
    if (grants === undefined) {
      const [, teams] = /^team:(.+)$/.exec(token) ?? [];
      return { token, teams: teams?.split("+") };
    }
    const grant = grants.find((candidate) => candidate.token === token);
    if (grant === undefined) throw unauthenticated();
    return { token, teams: grant.teams };
  };
}

export function sees({ teams }: TokenScope, slug: string): boolean {
  return teams === undefined || teams.includes(slug);
}

/** What a token does not see does not exist for it. */
export function mustSee<T extends { readonly slug: string }>(
  scope: TokenScope,
  team: T | undefined,
): T {
  if (team === undefined || !sees(scope, team.slug)) throw notFound();
  return team;
}
