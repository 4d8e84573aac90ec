/**
 * A machine whose digest is not the wanted one gets its config replaced, read-modify-write under
 * the lease and the version it was read at. A started machine restarts by it; a stopped one stays
 * stopped.
 */

import { isApiError } from "#silo/errors.ts";
import { keys } from "#silo/record.ts";
import { hasDriftToHeal } from "#state/config-drift.ts";
import { type DesiredService, pendingDigest } from "#state/desire.ts";
import { fromMachine } from "#state/from-wire.ts";
import { currentMachine, type ObservedMachine, type ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import type { FlyMachineConfig } from "#wire/fly.ts";
import { eachService, keysOf, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { describeChanges } from "./describe-changes.ts";
import { machineMetadata } from "./machine-metadata.ts";
import { degradedKey } from "./mending.ts";
import { isMoving, restStates, untilState } from "./settle.ts";
import { switchKeys } from "./switch-keys.ts";
import type { StepWorld } from "./types.ts";

export const machineUpdate: StepRule = (situation, soFar) =>
  eachService(situation)
    .filter(({ wanted, seen }) => wanted.enabled && isDue(situation, wanted, seen))
    .map(({ wanted, seen }) => {
      const { slug } = situation.silo;
      const key = (kind: string) => serviceKey(slug, wanted.name, kind);
      const found = currentMachine(seen);
      const isPending = found?.metadata[keys.specDigest] === pendingDigest;
      const machine = isPending ? undefined : found;
      return serviceStep(situation, wanted.name, "machine-update", {
        effect: "update",
        text: machine
          ? `Update machine ${machine.name} of ${wanted.app} in place`
          : `Configure machine ${wanted.machineName} with its secrets`,
        changes: machine ? describeChanges(wanted, machine) : [],
        after: [
          key("machine-create"),
          key("secrets-set"),
          key("volume-extend"),
          // Of a restart that rotates; whatever else stops a machine does so after its update.
          ...(situation.intent.kind === "restart" ? [key("machine-stop")] : []),
          `${slug}/record-open`,
          degradedKey(slug),
          ...switchKeys(situation, wanted.name),
          // The digest it writes says that all else is done: a run that dies before is continued.
          ...soFar
            .filter(({ kind, service }) => kind.startsWith("ip-") && service === wanted.name)
            .map((step) => step.key),
          // Only one that runs is started again by it.
          ...(mayRun(found) ? keysOf(slug, wanted.after, "health-wait") : []),
        ],
        run: async (world) => {
          const isUp = await update(world, situation, wanted);
          // Until then the one before may answer yet, with the keys before.
          if (situation.record?.rotation && isUp) await untilRunning(world, wanted);
        },
      });
    });

/** The kong machine is made before its secrets, so it is always configured after its creation. */
function isDue({ drift }: Situation, wanted: DesiredService, seen: ObservedService): boolean {
  const machine = currentMachine(seen);
  if (!machine) return wanted.name === "kong";
  return !isAsWanted(wanted, machine, drift);
}

/** Its digest says so, and as far as it was read deeply nobody has changed it since. */
const isAsWanted = (wanted: DesiredService, machine: ObservedMachine, drift: Situation["drift"]) =>
  machine.metadata[keys.specDigest] === wanted.specDigest &&
  !hasDriftToHeal(wanted, machine, drift);

const upStates = ["started", "starting", "restarting"];

const mayRun = (machine: ObservedMachine | undefined): boolean =>
  machine !== undefined && ![...restStates, "creating"].includes(machine.state);

const pollMs = 1_000;
const maxPolls = 60;

async function untilRunning(world: StepWorld, { name, app }: DesiredService): Promise<void> {
  const id = world.facts.machineIds.get(name);
  if (id) await untilState(world, "started", { app, id, timeoutMs: maxPolls * pollMs });
}

/** Gives whether it runs, or is on its way up. */
async function update(
  world: StepWorld,
  { silo, drift }: Situation,
  wanted: DesiredService,
): Promise<boolean> {
  const { fly, clock, signal, facts } = world;
  const id = facts.machineIds.get(wanted.name);
  if (!id || !facts.identity) throw new Error(`No machine of ${wanted.app} is known`);
  for (let polls = 0; ; polls++) {
    const current = await fly.getMachine(wanted.app, id);
    if (!current?.config) throw new Error(`The machine ${id} of ${wanted.app} cannot be read`);
    const isUp = upStates.includes(current.state);
    if (isAsWanted(wanted, fromMachine(current), drift)) return isUp;
    if (polls === 0 && isMoving(current.state)) {
      // It would be refused, and whether it is to be launched is not known yet.
      const timeoutMs = maxPolls * pollMs;
      await untilState(world, "settled", { app: wanted.app, id, timeoutMs });
      continue;
    }
    const config: FlyMachineConfig = {
      ...wanted.machine,
      // Mounts cannot be changed by an update, and foreign metadata is not ours to drop.
      ...(current.config.mounts && { mounts: current.config.mounts }),
      metadata: {
        ...current.config.metadata,
        ...machineMetadata(world, silo.spec.silo_id, wanted, facts.identity),
      },
    };
    const minVersion = facts.secretsVersions.get(wanted.name);
    const version = current.version ?? current.instance_id;
    try {
      await fly.updateMachine(
        wanted.app,
        id,
        {
          config,
          ...(version !== undefined && { current_version: version }),
          ...(!isUp && { skip_launch: true }),
          ...(minVersion !== undefined && { min_secrets_version: minVersion }),
        },
        wanted.name === "kong" ? { nonce: world.nonce() } : {},
      );
      return isUp;
    } catch (error) {
      // Ambiguous or moved meanwhile: the next look tells whether it took effect.
      const isWorthALook =
        isApiError(error) &&
        (error.facts.ambiguous ||
          ["version_mismatch", "busy", "secrets_version"].includes(error.facts.category));
      if (!isWorthALook || polls === maxPolls) throw error;
      await clock.sleep(pollMs, signal);
    }
  }
}
