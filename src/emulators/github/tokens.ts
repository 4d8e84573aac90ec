/** Who is calling, and what GitHub lets that kind of token do. */

import type { User } from "./entities.ts";
import { badCredentials, requiresAuthentication } from "./errors.ts";

export type TokenKind = "app" | "pat" | "github_token" | "fork" | "plan_read";
export type Level = "read" | "write";
export type Permissions = Readonly<Record<string, Level>>;

export interface TokenGrant {
  readonly token: string;
  readonly kind: TokenKind;
  /** Of an App or a person's token: what it was given. Without it all that its kind may have. */
  readonly permissions?: Permissions;
  /** `owner/name`; without it every repository. */
  readonly repositories?: readonly string[];
}

export interface Actor {
  readonly kind: TokenKind;
  readonly user: User;
  readonly permissions: Permissions;
  readonly repositories: readonly string[] | undefined;
  /** Whose limits it uses up. */
  readonly bucket: string;
}

export type ReadActor = (authorization: string | null) => Actor;

/** What `permissions:` of a workflow can name: no secrets, no environments, no administration. */
const workflowPermissions = [
  ...["actions", "checks", "contents", "deployments", "issues", "pull_requests", "statuses"],
];
const appPermissions = [
  ...workflowPermissions,
  ...["actions_variables", "administration", "environments", "members", "secrets", "workflows"],
];

const all = (names: readonly string[], level: Level): Permissions =>
  Object.fromEntries(names.map((name) => [name, level]));

const kinds: Readonly<Record<TokenKind, { permissions: Permissions; user: User }>> = {
  app: { permissions: all(appPermissions, "write"), user: bot("silo-manager", 9001) },
  plan_read: { permissions: all(appPermissions, "read"), user: bot("silo-manager", 9001) },
  pat: {
    permissions: all(appPermissions, "write"),
    user: { login: "octocat", id: 583231, type: "User" },
  },
  github_token: {
    permissions: all(workflowPermissions, "write"),
    user: bot("github-actions", 41898282),
  },
  fork: { permissions: all(workflowPermissions, "read"), user: bot("github-actions", 41898282) },
};

/**
 * Without grants any token is an App with every permission, unless it says what it is:
 * `github_token:…`, `fork:…`, `pat:…`, `plan_read:…`.
 */
export function createTokens(grants: readonly TokenGrant[] | undefined): ReadActor {
  return (authorization) => {
    if (authorization === null) throw requiresAuthentication();
    const token = authorization.replace(/^(Bearer|token)\s+/i, "").trim();
    const grant = grants ? grants.find((one) => one.token === token) : spoken(token);
    if (!grant) throw badCredentials();
    const { permissions, user } = kinds[grant.kind];
    return {
      kind: grant.kind,
      user,
      permissions: narrowed(permissions, grant.permissions),
      repositories: grant.repositories,
      bucket: token,
    };
  };
}

/**
 * Whether the permissions satisfy what a route accepts, written as GitHub's header writes it:
 * `a=write,b=write; c=write` is a and b, or c.
 */
export function satisfies(actor: Actor, accepted: string): boolean {
  return accepted.split(";").some((together) =>
    together.split(",").every((one) => {
      const [name = "", level] = one.trim().split("=");
      if (name === "metadata" || name === "") return true;
      const given = actor.permissions[name];
      return given === "write" || given === level;
    }),
  );
}

/** A kind cannot have more than its own, whatever it is granted. */
function narrowed(most: Permissions, granted: Permissions | undefined): Permissions {
  if (!granted) return most;
  const kept = Object.entries(granted).flatMap(([name, level]): [string, Level][] => {
    const limit = most[name];
    if (limit === undefined) return [];
    return [[name, limit === "read" ? "read" : level]];
  });
  return Object.fromEntries(kept);
}

function spoken(token: string): TokenGrant | undefined {
  if (token === "") return undefined;
  const [word = ""] = token.split(":");
  const kind = (Object.keys(kinds) as TokenKind[]).find((one) => one === word);
  return { token, kind: kind ?? "app" };
}

function bot(name: string, id: number): User {
  return { login: `${name}[bot]`, id, type: "Bot" };
}
