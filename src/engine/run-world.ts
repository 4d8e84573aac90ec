/** What a run needs of the outside, and what is handed to its steps. */

import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import { type ServiceName, secretEnvVariable } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import { Secret } from "#silo/secret.ts";
import type { Silo } from "#silo/silo.ts";
import { currentVolume } from "#state/current-volume.ts";
import { stagedMachine } from "#state/moving.ts";
import { currentMachine, type ObservedSilo } from "#state/observed.ts";
import { isForLostKey } from "#state/rotation.ts";
import type { Intent } from "#state/situation.ts";
import type { SiloFacts, Step, StepWorld } from "#steps/types.ts";
import type { Clock, Random } from "#world/effects.ts";
import type { FlyWrites } from "#world/fly.ts";
import type { GitHubWrites } from "#world/github.ts";
import type { NetlifyWrites } from "#world/netlify.ts";
import type { StepEvent } from "./execute.ts";
import { checkOf, credentialsOf, fingerprintFor, keyIdOf, masterOf } from "./key-ring.ts";

export interface RunWorld {
  readonly fly: FlyWrites;
  readonly clock: Clock;
  readonly random: Random;
  readonly managerId: string;
  readonly jwtLifetimeDays: number;
  /** Throws `Refused` when it is missing or unusable. */
  masterKeys(): MasterKeys;
  /** A variable of the environment, for `secret_env`. */
  variable(name: string): string | undefined;
  readonly probe: StepWorld["probe"];
  readonly github: GitHubWrites | undefined;
  readonly netlify: NetlifyWrites | undefined;
  /** Shown to others that wait for the lock: run id, host or URL. */
  readonly holder: string;
  readonly lockWaitMs: number;
  /** Asked under the lock, before anything is done: why it is not to be done after all. */
  readonly objection?: (silo: Silo, observed: ObservedSilo) => Promise<string | undefined>;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: StepEvent) => void;
  readonly onNote?: (silo: string, message: string) => void;
}

/** Fails before the first write on anything a later step would fail on for want of a value. */
export function assertCanRun(
  world: RunWorld,
  silo: Silo,
  record: SiloRecord | undefined,
  intent: Intent,
  steps: readonly Step[],
): void {
  const needsKeys = steps.some(({ kind }) =>
    [
      "generation-append",
      "machine-create",
      "machine-adopt",
      "secrets-set",
      "passwords-set",
      "ready-wait",
      "github-write",
      "netlify-write",
    ].includes(kind),
  );
  if (!needsKeys) return;
  const masters = world.masterKeys();
  if (record && !isForLostKey(intent)) masterOf(masters, silo, record);
  const missing = steps
    .filter(({ kind }) => kind === "secrets-set")
    .flatMap(({ service }) => service ?? [])
    .flatMap((service) => missingVariables(world, silo, service));
  if (missing.length === 0) return;
  throw new Refused(`Values of secret_env are missing: ${missing.join(", ")}`, {
    exitCode: 2,
    fix: "set these variables in the environment of the run",
  });
}

export function knownFacts(silo: Silo, { services, record }: ObservedSilo): SiloFacts {
  const facts: SiloFacts = {
    identity: record,
    machineIds: new Map(),
    volumeIds: new Map(),
    stagedIds: new Map(),
    takeoverSince: record?.move?.since ?? record?.restore?.since,
    proof: record?.move?.proof,
    keptVolumes: new Set(Object.keys(record?.keptVolumes ?? {})),
    secretsVersions: new Map(),
    newApps: new Set(),
    startedAtMs: undefined,
    handed: new Map(),
    frontend: undefined,
  };
  for (const service of Object.values(services)) {
    const machine = currentMachine(service);
    const volume = currentVolume(silo, service);
    if (machine) facts.machineIds.set(service.name, machine.id);
    if (volume) facts.volumeIds.set(service.name, volume.id);
    const staged = record?.move && stagedMachine(service, record.move.to);
    if (staged && staged.id !== machine?.id) facts.stagedIds.set(service.name, staged.id);
  }
  return facts;
}

export function stepWorld(
  world: RunWorld,
  silo: Silo,
  record: SiloRecord | undefined,
  facts: SiloFacts,
  nonce: string | undefined,
): Omit<StepWorld, "signal"> {
  let credentials: ReturnType<StepWorld["credentials"]> | undefined;
  return {
    fly: world.fly,
    clock: world.clock,
    random: world.random,
    managerId: world.managerId,
    jwtLifetimeDays: world.jwtLifetimeDays,
    probe: world.probe,
    github: world.github,
    netlify: world.netlify,
    note: (message) => world.onNote?.(silo.slug, message),
    facts,
    nonce: () => nonce,
    credentials: () => {
      if (!record) throw new Error("Credentials are derived from the silo's record");
      credentials ??= derived(world, credentialsOf(world.masterKeys(), silo, record));
      return credentials;
    },
    fingerprint: (given) => {
      if (!record) throw new Error("Fingerprints are made under a key of the silo's record");
      return fingerprintFor(world.masterKeys(), silo, record)(given);
    },
    presentKeyId: () => keyIdOf(world.masterKeys().present),
    checkOf: (identity) => checkOf(world.masterKeys(), silo, identity),
    extraSecrets: (service) => extraSecrets(world, silo, service),
  };
}

/** Signing is done in a thread. */
const derived = <T>({ clock }: RunWorld, work: Promise<T>): Promise<T> =>
  clock.whileRealWork?.(work) ?? work;

function extraSecrets(world: RunWorld, silo: Silo, service: ServiceName): Record<string, Secret> {
  return Object.fromEntries(
    silo.spec.devenv.services[service].secret_env.map((name) => [
      name,
      new Secret(world.variable(secretEnvVariable(silo.slugs, name)) ?? ""),
    ]),
  );
}

function missingVariables(world: RunWorld, silo: Silo, service: ServiceName): string[] {
  return silo.spec.devenv.services[service].secret_env
    .map((name) => secretEnvVariable(silo.slugs, name))
    .filter((variable) => !world.variable(variable));
}
