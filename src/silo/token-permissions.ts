/**
 * What SILO_SECRETS_TOKEN has to be allowed: the one table. docs/github.md shows it, `silo doctor` tries it,
 * and workflows mint by it; a test holds the page to it.
 */

export interface TokenPermission {
  /** As the settings of a GitHub App and of a fine-grained token call it. */
  readonly name:
    | "secrets"
    | "variables"
    | "environments"
    | "administration"
    | "actions"
    | "metadata"
    | "contents";
  readonly level: "read" | "write";
  readonly why: string;
  /** Asked for only in a run whose plan makes or removes an environment (security: least credentials). */
  readonly onlyForEnvironments?: true;
}

export const secretsTokenPermissions: readonly TokenPermission[] = [
  { name: "secrets", level: "write", why: "repository secrets" },
  { name: "variables", level: "write", why: "repository variables" },
  {
    name: "environments",
    level: "write",
    why: "secrets and variables of the roles' environments",
  },
  {
    name: "administration",
    level: "write",
    why: "to make, restrict and remove those environments",
    onlyForEnvironments: true,
  },
  { name: "actions", level: "read", why: "whether an environment is closed" },
  { name: "metadata", level: "read", why: "the default branch and its rules" },
  { name: "contents", level: "read", why: "its code owners" },
];
