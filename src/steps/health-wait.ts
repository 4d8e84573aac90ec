/** A service is up when its machine is started and every check of it passes. */

import { ApiError } from "#silo/errors.ts";
import type { ServiceName } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import type { Situation } from "#state/situation.ts";
import type { FlyMachine } from "#wire/fly.ts";
import { type StepRule, serviceKey, serviceStep, servicesWith } from "./build-step.ts";
import { howItEnded } from "./how-it-ended.ts";
import { untilState } from "./settle.ts";
import type { StepWorld } from "./types.ts";

/** A first initialisation of Postgres is the longest. */
const timeoutMs = 300_000;
/** Checks run every so many seconds from the start, so whole seconds meet their results at once. */
const pollMs = 1_000;
const bootTimeoutMs = 10_000;
const deadStates = ["stopped", "failed", "destroyed", "launch_failed", "suspended"];

export const healthWait: StepRule = (situation, soFar) => {
  if (situation.power.state !== "running") return [];
  const key = (service: ServiceName, kind: string) =>
    serviceKey(situation.silo.slug, service, kind);
  const updated = servicesWith(soFar, "machine-update");
  return servicesWith(soFar, "machine-start", "machine-update").map((service) =>
    serviceStep(situation, service, "health-wait", {
      effect: "wait",
      text: `Wait until ${situation.desired[service].app} is healthy`,
      after: [key(service, "machine-start"), key(service, "machine-update")],
      timeoutMs,
      run: (world) => waitHealthy(world, situation, service, updated.includes(service)),
    }),
  );
};

async function waitHealthy(
  world: StepWorld,
  { desired }: Situation,
  service: ServiceName,
  isUpdated: boolean,
): Promise<void> {
  const { fly, facts, clock, signal } = world;
  const { app, specDigest } = desired[service];
  const id = facts.machineIds.get(service);
  if (!id) throw new Error(`No machine of ${app} is known`);
  const deadline = clock.now() + timeoutMs;
  await untilState(world, "started", { app, id, timeoutMs: bootTimeoutMs });
  const startedAt = clock.now();
  for (;;) {
    const machine = await fly.getMachine(app, id);
    // An answer from before the update shows the old machine, healthy as it was.
    const isNew = !isUpdated || machine?.config?.metadata?.[keys.specDigest] === specDigest;
    if (machine && isNew && isHealthy(machine)) return;
    const hasDied = machine !== undefined && deadStates.includes(machine.state);
    if (hasDied || clock.now() >= deadline) throw notHealthy(app, machine);
    await clock.sleep(pollMs - ((clock.now() - startedAt) % pollMs), signal);
  }
}

function isHealthy(machine: FlyMachine): boolean {
  const checks = machine.checks ?? [];
  return (
    machine.state === "started" &&
    checks.length > 0 &&
    checks.every(({ status }) => status === "passing")
  );
}

function notHealthy(app: string, machine: FlyMachine | undefined): ApiError {
  const failing = (machine?.checks ?? [])
    .filter(({ status }) => status !== "passing")
    .map(({ name, output }) => `${name}: ${(output ?? "no answer yet").slice(0, 120)}`);
  const parts = [`the machine is ${machine?.state ?? "gone"}`, ...howItEnded(machine), ...failing];
  return new ApiError(parts.join("; "), {
    provider: "fly",
    operation: `see ${app} healthy`,
    category: "timeout",
    ambiguous: false,
  });
}
