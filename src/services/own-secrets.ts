/** `secret_env` of the spec: secrets a person gives a service beside those that silo-manager derives. */

import { Refused } from "#silo/errors.ts";
import { type ServiceName, secretEnvVariable } from "#silo/names.ts";
import type { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";

/** The values of `secret_env`, picked from `extra`. Throws `Refused` when one is missing. */
export function ownSecrets(
  silo: Silo,
  service: ServiceName,
  extra: Readonly<Record<string, Secret>>,
): Readonly<Record<string, Secret>> {
  const names = silo.spec.devenv.services[service].secret_env;
  return Object.fromEntries(names.map((name) => [name, ownSecret(silo, service, name, extra)]));
}

function ownSecret(
  silo: Silo,
  service: ServiceName,
  name: string,
  extra: Readonly<Record<string, Secret>>,
): Secret {
  const value = Object.hasOwn(extra, name) ? extra[name] : undefined;
  if (value !== undefined) return value;
  const variable = secretEnvVariable(silo.slugs, name);
  throw new Refused(
    `Cannot set secret_env ${name} of ${service} in ${silo.file}: ${variable} is not set`,
    { exitCode: 2, fix: `Set ${variable}, or remove ${name} from secret_env of ${service}` },
  );
}
