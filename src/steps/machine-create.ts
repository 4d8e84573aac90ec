/**
 * Machines, made without launching them: the image is pulled while the others are made. The kong
 * machine comes first of all: its unique name settles two first creations at once, its metadata
 * is the silo record, its lease the lock.
 */

import { isApiError, Refused } from "#silo/errors.ts";
import { keyDates } from "#silo/key-dates.ts";
import { type Identity, keys, powerMetadata } from "#silo/record.ts";
import { importedRecord } from "#state/adoption-marks.ts";
import { type DesiredService, pendingDigest } from "#state/desire.ts";
import { currentMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import type { FlyCreateMachine, FlyMachine, FlyMetadata } from "#wire/fly.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { createOnce } from "./create-once.ts";
import { appendedKey } from "./generation-append.ts";
import { keptOf } from "./keep-until.ts";
import { machineConfig, machineMetadata, newStepId } from "./machine-metadata.ts";
import { firstBootMark } from "./passwords-set.ts";
import type { StepWorld } from "./types.ts";

const generationOne = 1;

export const machineCreate: StepRule = (situation) =>
  eachService(situation)
    .filter(({ wanted, seen }) => wanted.enabled && !currentMachine(seen))
    .map(({ wanted }) => {
      const isKong = wanted.name === "kong";
      const { guest, image } = wanted.machine;
      const key = (kind: string) => serviceKey(situation.silo.slug, wanted.name, kind);
      return serviceStep(situation, wanted.name, "machine-create", {
        effect: "create",
        text: `Create machine ${wanted.machineName}, ${guest.cpu_kind} ${guest.cpus}x ${guest.memory_mb} MB, ${image}`,
        stage: isKong ? "identity" : "main",
        after: isKong
          ? [key("app-create")]
          : [
              key("app-create"),
              key("secrets-set"),
              key("volume-create"),
              appendedKey(situation.silo.slug),
              ...wanted.ips.map((type) => key(`ip-assign-${type}`)),
            ],
        run: (world) =>
          isKong ? createKong(world, situation, wanted) : createOther(world, situation, wanted),
      });
    });

async function createOther(
  world: StepWorld,
  situation: Situation,
  wanted: DesiredService,
): Promise<void> {
  const { identity, volumeIds, secretsVersions } = world.facts;
  if (!identity) throw new Error("A machine is made only once the silo's record exists");
  const metadata = {
    ...machineMetadata(world, situation.silo.spec.silo_id, wanted, identity),
    ...(wanted.name === "postgres" && firstBootMark(situation)),
  };
  const version = secretsVersions.get(wanted.name);
  const machine = await ensureMachine(world, wanted, metadata, {
    volumeId: volumeIds.get(wanted.name),
    ...(version !== undefined && { min_secrets_version: version }),
  });
  world.facts.machineIds.set(wanted.name, machine.id);
  // An adopted one may be from a run that wanted something else.
  if (machine.config?.metadata?.[keys.specDigest] !== wanted.specDigest) {
    throw new Refused(`The machine ${wanted.machineName} was made by another run meanwhile`, {
      exitCode: 4,
      fix: "run the same command again; it continues from what is there",
    });
  }
}

async function createKong(
  world: StepWorld,
  situation: Situation,
  wanted: DesiredService,
): Promise<void> {
  const { silo, power, record, now, intent } = situation;
  // A kong machine that was lost is made again with the identity its five siblings still carry.
  const identity = record ?? newIdentity(world, now);
  const asked = power.write ?? record?.power;
  const metadata: FlyMetadata = {
    ...machineMetadata(world, silo.spec.silo_id, wanted, identity),
    [keys.specDigest]: pendingDigest,
    [keys.secretsDigest]: pendingDigest,
    [keys.phase]: "provisioning",
    ...(asked && powerMetadata(asked)),
    [keys.preventDestroy]: String(silo.spec.devenv.prevent_destroy),
    [keys.check]: world.checkOf(identity),
    ...keptOf(record),
    ...(intent.kind === "import" && importedRecord(silo, identity, power.write, now)),
  };
  const machine = await ensureMachine(world, wanted, metadata, {});
  world.facts.machineIds.set(wanted.name, machine.id);
}

export function newIdentity(world: StepWorld, now: number): Identity {
  const incarnation = Buffer.from(world.random.bytes(16)).toString("hex");
  const dates = keyDates(now, world.jwtLifetimeDays);
  const keyId = world.presentKeyId();
  return { incarnation, generations: [{ number: generationOne, ...dates, keyId }] };
}

export async function ensureMachine(
  world: StepWorld,
  wanted: DesiredService,
  metadata: FlyMetadata,
  extra: Pick<FlyCreateMachine, "min_secrets_version"> & { readonly volumeId?: string | undefined },
): Promise<FlyMachine> {
  const { volumeId, ...request } = extra;
  const { fly, clock, signal, facts } = world;
  const config = machineConfig(wanted, { ...metadata, [keys.step]: newStepId(world) }, volumeId);
  return createOnce({
    clock,
    signal,
    isNewPlace: facts.newApps.has(wanted.app),
    look: async () =>
      (await fly.listMachines(wanted.app))?.find(({ name }) => name === wanted.machineName),
    create: () => createWhenReady(world, wanted, { ...request, config }),
  });
}

const pollMs = 1_000;
const maxPolls = 30;

/** A new secrets version or a new volume may take a moment to be seen by the machines service. */
async function createWhenReady(
  { fly, clock, signal }: StepWorld,
  wanted: DesiredService,
  request: Omit<FlyCreateMachine, "name" | "region">,
): Promise<FlyMachine> {
  for (let polls = 0; ; polls++) {
    try {
      return await fly.createMachine(wanted.app, {
        name: wanted.machineName,
        region: wanted.region,
        skip_launch: true,
        ...request,
      });
    } catch (error) {
      if (!isApiError(error, "secrets_version") || polls === maxPolls) throw error;
      await clock.sleep(pollMs, signal);
    }
  }
}
