/** A plain stop: the machine keeps its image and volume, and no request wakes it. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import { currentMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, keysOf, type StepRule, serviceStep } from "./build-step.ts";
import { appendedKey } from "./generation-append.ts";
import { moveMeasureKey } from "./move-measure.ts";
import { restStates } from "./settle.ts";
import type { StepWorld } from "./types.ts";

/** A machine is never launched by being made. */
const isAtRest = ({ state }: { readonly state: string }): boolean =>
  state === "creating" || restStates.includes(state);

const marginMs = 30_000;
const defaultStop = { signal: "SIGINT", timeout: "10s" };

export const machineStop: StepRule = (situation, soFar) => {
  const { intent, power, desired, silo, moving } = situation;
  const isEnding = power.state === "stopped" || intent.kind === "restart";
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const machine = currentMachine(seen);
    // All of them: a surplus one would go on running. A copy is started to be verified.
    const up = seen.machines.filter((one) => !isAtRest(one) && one.region !== moving?.to);
    if (!machine || up.length === 0) return [];
    if (!isEnding && !(wanted.name === "kong" && isToBeClosed(situation))) return [];
    const how = machine.config?.stop_config ?? wanted.machine.stop_config ?? defaultStop;
    const dependents = serviceNames.filter((name) => desired[name].after.includes(wanted.name));
    return serviceStep(situation, wanted.name, "machine-stop", {
      effect: "power",
      text: `Stop ${wanted.app}`,
      after: [
        `${silo.slug}/record-open`,
        appendedKey(silo.slug),
        ...(wanted.name === "postgres" ? [moveMeasureKey(silo.slug)] : []),
        ...keysOf(silo.slug, dependents, "machine-stop"),
      ],
      // First nobody holds a key any more; a GitHub that is down stops no stop.
      afterEnd: soFar.filter(({ kind }) => kind === "github-withdraw").map(({ key }) => key),
      timeoutMs: (seconds(how.timeout) * 1_000 + marginMs) * up.length,
      run: async (world) => {
        for (const { id } of up) await stop(world, situation, { service: wanted.name, id }, how);
      },
    });
  });
};

/** The gate is shut while services change their keys, and opened last, with the new ones. */
function isToBeClosed({ record, desired, observed }: Situation): boolean {
  const machine = currentMachine(observed.services.kong);
  return (
    record?.rotation !== undefined && machine?.metadata[keys.specDigest] !== desired.kong.specDigest
  );
}

async function stop(
  { fly, facts, nonce, signal }: StepWorld,
  { desired }: Situation,
  { service, id }: { readonly service: ServiceName; readonly id: string },
  how: { readonly signal: string; readonly timeout: string },
): Promise<void> {
  const { app } = desired[service];
  const isLocked = facts.machineIds.get("kong") === id;
  const machine = await fly.getMachine(app, id);
  if (!machine || isAtRest(machine)) return;
  await fly.stopMachine(app, id, how, isLocked ? { nonce: nonce() } : {});
  const version = machine.version ?? machine.instance_id;
  const timeoutMs = seconds(how.timeout) * 1_000 + marginMs;
  await fly.waitMachine(app, id, { states: ["stopped"], version, timeoutMs }, signal);
}

/** A Go duration of seconds or minutes, as our own configs have them. */
function seconds(duration: string): number {
  const amount = Number.parseInt(duration, 10);
  return duration.endsWith("m") ? amount * 60 : amount;
}
