/**
 * What is to stand on GitHub while a silo runs: the rows of the access matrix, each at the place
 * only its role can read. Names and places only; values are known to the steps.
 */

import { type Field, grantOf, type Role, sensitiveFields } from "#silo/access.ts";
import { digestOf } from "#silo/canonical-json.ts";
import type { SiloConfig } from "#silo/config.generated.ts";
import { handedOutVariable, type SiloSlugs, siloSlug } from "#silo/names.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import type { GitHubPlace } from "#world/github.ts";
import { guardedPaths } from "./branch-guard.ts";
import { type ConnectionInfo, connectionInfo } from "./connection-info.ts";
import { placeholders } from "./placeholders.ts";

export interface DeliveredField {
  readonly field: Field;
  /** `SILO_ACME_ERP_SUPABASE_ANON_KEY`. */
  readonly name: string;
}

export interface DeliveryPlace {
  /** `repository`, or the role of the environment: what the record calls it. */
  readonly id: string;
  /** `repository`, or the name of the environment. */
  readonly label: string;
  readonly place: GitHubPlace;
  readonly role: Role;
  /** Variable that warns while the silo is degraded; absent where nothing is left then. */
  readonly unsafe: string | undefined;
  /** Values that GitHub masks out of logs. */
  readonly secrets: readonly DeliveredField[];
  /** A URL as a secret would be masked out of logs and deployment links. */
  readonly variables: readonly DeliveredField[];
  readonly isSensitive: boolean;
}

export interface DesiredDelivery {
  /** `owner/name`. */
  readonly repository: string;
  /** The repository that holds the silos; where none is known, the same. */
  readonly home: string;
  readonly places: readonly DeliveryPlace[];
  readonly allowUnprotected: boolean;
  /** What code owners must guard there before anything sensitive is in it. */
  readonly guardedPaths: readonly string[];
  /** Whether this run is of a repository, and so may hand out; taking back is due everywhere. */
  readonly isReachable: boolean;
  /** Every field that this silo has: the value of a variable, the form of a secret's. */
  readonly forms: Readonly<Partial<Record<Field, string>>>;
  /** Over repository, places, names and forms: what the record carries once all of it is written. */
  readonly digest: string;
}

const secretFields: readonly Field[] = [...sensitiveFields, "supabase_anon_key"];

/** `undefined` when no repository is known: then nothing is handed out by GitHub. */
export function desireDelivery(
  silo: Silo,
  config: SiloConfig,
  ownRepository: string | undefined,
): DesiredDelivery | undefined {
  const repository = silo.spec.secrets.repository ?? ownRepository;
  if (repository === undefined) return undefined;
  const developers: readonly Role[] = ["dev-worker", "dev-orchestrator"];
  const isByEnvironment = config.github.secrets_scope === "environment";
  const places = [
    ...(isByEnvironment
      ? developers.map((role) => placeOf(silo.slugs, role, "environment"))
      : [placeOf(silo.slugs, "dev-worker", "repository")]),
    placeOf(silo.slugs, "devops", "environment"),
    placeOf(silo.slugs, "security-auditor", "environment"),
  ];
  const allowUnprotected = config.github.allow_unprotected;
  const forms = formsOf(connectionInfo(silo, placeholders, undefined));
  return {
    repository,
    home: ownRepository ?? repository,
    places,
    allowUnprotected,
    guardedPaths: guardedPaths(repository, ownRepository, [silo]),
    isReachable: ownRepository !== undefined,
    forms,
    digest: digestOf({ repository, places, allowUnprotected, forms }),
  };
}

/** Of placeholders: a connection string as it is around its password. */
const formsOf = (info: ConnectionInfo): DesiredDelivery["forms"] =>
  Object.fromEntries(
    Object.entries(info).map(([field, value]) => [
      field,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );

/** Made and restricted before anything is in it. */
export const environmentName = (slugs: SiloSlugs, role: Role): string =>
  `silo-${siloSlug(slugs)}-${role}`;

export function placeOf(
  slugs: SiloSlugs,
  role: Role,
  kind: "repository" | "environment",
): DeliveryPlace {
  const label = kind === "repository" ? "repository" : environmentName(slugs, role);
  const { fields } = grantOf("running", role);
  const named = fields.map((field) => ({
    field,
    name: handedOutVariable(slugs, field.replace(/^silo_/, "")),
  }));
  return {
    id: kind === "repository" ? kind : role,
    role,
    unsafe: grantOf("degraded", role).unsafe ? handedOutVariable(slugs, "unsafe") : undefined,
    label,
    place: kind === "repository" ? { kind } : { kind, environment: label },
    secrets: named.filter(({ field }) => secretFields.includes(field)),
    variables: named.filter(({ field }) => !secretFields.includes(field)),
    isSensitive: fields.some((field) => sensitiveFields.includes(field)),
  };
}
