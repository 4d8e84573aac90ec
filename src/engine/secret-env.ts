/**
 * Whether the values of a spec's `secret_env` are those that a service has. Fly never shows them, so
 * a machine carries their fingerprint. A run that has neither the values nor the key, as a plan of a
 * pull request, takes what the machine carries for true: it guesses no change.
 */

import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import { appName, secretEnvVariable, serviceNames } from "#silo/names.ts";
import { keys, type SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { SecretEnv } from "#state/desire.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import { fingerprintFor } from "./key-ring.ts";

export interface RunValues {
  variable(name: string): string | undefined;
  /** `undefined` when there is none; throws when it cannot be used. */
  masterKeys(): MasterKeys | undefined;
}

/** Of services of which every value is known to the run. */
export function knownSecretEnv(silo: Silo, record: SiloRecord, run: RunValues): SecretEnv {
  const given = serviceNames.flatMap((service) => {
    const names = silo.spec.devenv.services[service].secret_env;
    const target = appName(silo.slugs, service);
    const rows = names.flatMap((name) => {
      const value = run.variable(secretEnvVariable(silo.slugs, name));
      return value ? [{ consumer: "fly", target, name, value }] : [];
    });
    return names.length > 0 && rows.length === names.length ? [{ service, rows }] : [];
  });
  if (given.length === 0) return {};
  try {
    const masters = run.masterKeys();
    if (!masters) return {};
    const fingerprint = fingerprintFor(masters, silo, record);
    return Object.fromEntries(given.map(({ service, rows }) => [service, fingerprint(rows)]));
  } catch (error) {
    // A key that is not this silo's is refused where it is needed; here it only knows nothing.
    if (error instanceof Refused) return {};
    throw error;
  }
}

/** What is to be: by the values of this run, else as it is. */
export function wantedSecretEnv(
  silo: Silo,
  { services }: ObservedSilo,
  known: SecretEnv,
): SecretEnv {
  return Object.fromEntries(
    serviceNames
      .filter((service) => silo.spec.devenv.services[service].secret_env.length > 0)
      .map((service) => {
        const carried = currentMachine(services[service])?.metadata[keys.secretEnv];
        return [service, known[service] ?? carried];
      }),
  );
}
