/** Who is calling, by bearer token. */

import { unauthenticated } from "./errors.ts";

export interface TokenGrant {
  readonly token: string;
  readonly orgs: readonly string[];
  readonly access: "write" | "read";
}

export interface TokenScope {
  /** `undefined`: any organisation. */
  readonly orgs: readonly string[] | undefined;
  readonly access: "write" | "read";
  /** As a lease shows its holder. */
  readonly owner: string;
}

export type ReadToken = (authorization: string | null) => TokenScope;

/**
 * Without grants any token may do anything, unless it says what it is: `org:acme` acts in
 * `acme` only, `org:acme+globex` in two, `read:acme` reads only.
 */
export function createTokens(grants: readonly TokenGrant[] | undefined): ReadToken {
  return (authorization) => {
    const given = (authorization ?? "").replace(/^(Bearer|FlyV1)\s+/i, "").trim();
    if (given === "") throw unauthenticated();
    for (const token of given.split(",")) {
      const scope = grants ? granted(grants, token) : spoken(token);
      if (scope) return scope;
    }
    throw unauthenticated();
  };
}

function granted(grants: readonly TokenGrant[], token: string): TokenScope | undefined {
  const index = grants.findIndex((grant) => grant.token === token);
  const grant = grants[index];
  return (
    grant && { orgs: grant.orgs, access: grant.access, owner: `token-${index + 1}@tokens.fly.io` }
  );
}

function spoken(token: string): TokenScope {
  const owner = "emulated@tokens.fly.io";
  const [, kind, orgs = ""] = /^(org|read):(.+)$/.exec(token) ?? [];
  if (kind === undefined) return { orgs: undefined, access: "write", owner };
  return { orgs: orgs.split("+"), access: kind === "read" ? "read" : "write", owner };
}

export function mayUse(scope: TokenScope, org: string): boolean {
  return scope.orgs === undefined || scope.orgs.includes(org);
}
