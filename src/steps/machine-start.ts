/** Starting what is to run, in the order of true dependencies. */

import { isApiError } from "#silo/errors.ts";
import type { ServiceName } from "#silo/names.ts";
import { serviceNames } from "#silo/names.ts";
import { currentMachine, type ObservedMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import type { UnderLease } from "#world/fly.ts";
import { eachService, keysOf, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { degradedKey } from "./mending.ts";
import { migrationsKey } from "./migrations-apply.ts";
import { restStates, untilState } from "./settle.ts";
import { switchKeys } from "./switch-keys.ts";
import type { StepWorld } from "./types.ts";

/** A first start waits for the image: the largest one, on a slow day. */
const startTimeoutMs = 300_000;
const pollMs = 1_000;

export const machineStart: StepRule = (situation, soFar) => {
  const { silo, power, intent } = situation;
  if (power.state !== "running") return [];
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const machine = currentMachine(seen);
    const isUp = machine?.state === "started" || machine?.state === "starting";
    const key = (kind: string) => serviceKey(silo.slug, wanted.name, kind);
    const isStopped = soFar.some((step) => step.key === key("machine-stop"));
    if (!wanted.enabled || (isUp && !isStopped)) return [];
    const isBusy = !isStill(machine) || soFar.some((step) => step.key === key("machine-update"));
    return serviceStep(situation, wanted.name, "machine-start", {
      effect: "power",
      text: `Start ${wanted.app}`,
      after: [
        `${silo.slug}/record-open`,
        degradedKey(silo.slug),
        key("machine-create"),
        key("machine-update"),
        key("volume-extend"),
        key("machine-stop"),
        ...switchKeys(situation, wanted.name),
        ...keysOf(silo.slug, wanted.after, "health-wait"),
        // A restart starts nothing before all of it is down.
        ...(intent.kind === "restart" ? keysOf(silo.slug, serviceNames, "machine-stop") : []),
      ],
      // Whether they fail or not, the silo is opened.
      afterEnd: wanted.name === "kong" ? [migrationsKey(silo.slug)] : [],
      timeoutMs: startTimeoutMs,
      run: (world) => start(world, situation, wanted.name, isBusy),
    });
  });
};

/** A new machine is not: its image is being pulled. */
function isStill(machine: ObservedMachine | undefined): boolean {
  return machine !== undefined && ["started", "starting", ...restStates].includes(machine.state);
}

async function start(
  world: StepWorld,
  { desired, now }: Situation,
  service: ServiceName,
  isBusy: boolean,
): Promise<void> {
  const { facts } = world;
  const { app } = desired[service];
  const id = facts.machineIds.get(service);
  if (!id) throw new Error(`No machine of ${app} is known`);
  facts.startedAtMs ??= now;
  const lease = service === "kong" ? { nonce: world.nonce() } : {};
  await startOne(world, { app, id, isBusy, lease });
}

/** Also of a machine that is not the service's own yet. */
export async function startOne(
  world: StepWorld,
  which: {
    readonly app: string;
    readonly id: string;
    readonly isBusy: boolean;
    readonly lease?: UnderLease;
  },
): Promise<void> {
  const { fly, clock, signal } = world;
  const { app, id, isBusy, lease } = which;
  const deadline = clock.now() + startTimeoutMs;
  // Otherwise it would be refused again and again meanwhile.
  if (isBusy) await untilState(world, "settled", { app, id, timeoutMs: startTimeoutMs });
  for (;;) {
    try {
      await fly.startMachine(app, id, lease);
      break;
    } catch (error) {
      // `busy`: the image is still being pulled, or the last update is still settling.
      const isWorthALook =
        isApiError(error, "busy") || (isApiError(error) && error.facts.ambiguous);
      if (!isWorthALook || clock.now() > deadline) throw error;
      const machine = await fly.getMachine(app, id);
      if (machine?.state === "started" || machine?.state === "starting") break;
      await clock.sleep(pollMs, signal);
    }
  }
}
