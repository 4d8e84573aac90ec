/** What on GitHub bears a silo's name, and is of no silo that has a spec. Names only. */

import { fields, roles } from "#silo/access.ts";
import { handedOutVariable } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { environmentName } from "./delivery.ts";

export interface RepositoryNames {
  /** `owner/name`. */
  readonly repository: string;
  readonly secrets: readonly string[];
  readonly variables: readonly string[];
  readonly environments: readonly string[];
}

export interface Leftover {
  readonly kind: "secret" | "variable" | "environment";
  readonly repository: string;
  readonly name: string;
}

export function githubLeftovers(silos: readonly Silo[], names: RepositoryNames): Leftover[] {
  const { repository } = names;
  const known = new Set(
    silos.flatMap(({ slugs }) => [
      ...handedOutNames.map((name) => handedOutVariable(slugs, name)),
      ...roles.map((role) => environmentName(slugs, role)),
    ]),
  );
  const left = (
    kind: Leftover["kind"],
    all: readonly string[],
    isOurs: (name: string) => boolean,
  ) =>
    all
      .filter((name) => isOurs(name) && !known.has(name))
      .map((name) => ({ kind, repository, name }));
  return [
    ...left("secret", names.secrets, isHandedOut),
    ...left("variable", names.variables, isHandedOut),
    ...left("environment", names.environments, isOfRole),
  ];
}

/** `silo_preview_url` is handed out as PREVIEW_URL. */
const handedOutNames = fields.map((field) => field.replace(/^silo_/, ""));

const isHandedOut = (name: string): boolean =>
  name.startsWith("SILO_") &&
  !name.startsWith("SILO_ENV_") &&
  handedOutNames.some((field) => name.endsWith(`_${field.toUpperCase()}`));

const isOfRole = (name: string): boolean =>
  name.startsWith("silo-") && roles.some((role) => name.endsWith(`-${role}`));
