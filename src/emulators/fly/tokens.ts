/** Who is calling, by bearer token. */

import { unauthenticated } from "./errors.ts";

export interface TokenGrant {
  readonly token: string;
  readonly orgs: readonly string[];
  readonly access: "write" | "read";
  /** A person's. */
  readonly user?: string;
  /** Apps that it is for, when it is not for all. */
  readonly apps?: readonly string[];
  /** Milliseconds since the epoch: from then on it is none. */
  readonly expiresAtMs?: number;
}

export interface TokenScope {
  /** `undefined`: any organisation. */
  readonly orgs: readonly string[] | undefined;
  readonly access: "write" | "read";
  /** As a lease shows its holder. */
  readonly owner: string;
  readonly user: string;
  readonly apps: readonly string[];
}

export type ReadToken = (authorization: string | null) => TokenScope;

/**
 * Without grants any token may do anything, unless it says what it is: `org:acme` acts in
 * `acme` only, `org:acme+globex` in two, `read:acme` reads only, `user:acme` is a person's.
 */
export function createTokens(
  grants: readonly TokenGrant[] | undefined,
  now: () => number,
): ReadToken {
  return (authorization) => {
    const given = (authorization ?? "").replace(/^(Bearer|FlyV1)\s+/i, "").trim();
    if (given === "") throw unauthenticated();
    for (const token of given.split(",")) {
      const scope = grants ? granted(grants, token, now()) : spoken(token);
      if (scope) return scope;
    }
    throw unauthenticated();
  };
}

function granted(
  grants: readonly TokenGrant[],
  token: string,
  now: number,
): TokenScope | undefined {
  const index = grants.findIndex((grant) => grant.token === token);
  const grant = grants[index];
  if (!grant || (grant.expiresAtMs !== undefined && grant.expiresAtMs <= now)) return undefined;
  const { orgs, access, user = "", apps = [] } = grant;
  return { orgs, access, user, apps, owner: `token-${index + 1}@tokens.fly.io` };
}

function spoken(token: string): TokenScope {
  const owner = "emulated@tokens.fly.io";
  const [, kind, orgs = ""] = /^(org|read|user):(.+)$/.exec(token) ?? [];
  const common = { owner, user: kind === "user" ? "emulated" : "", apps: [] };
  if (kind === undefined) return { ...common, orgs: undefined, access: "write" };
  return { ...common, orgs: orgs.split("+"), access: kind === "read" ? "read" : "write" };
}

export function mayUse(scope: TokenScope, org: string): boolean {
  return scope.orgs === undefined || scope.orgs.includes(org);
}
