/** Machines in the region that a silo has left, once it is usable where it is. They hold no data. */

import { isApiError } from "#silo/errors.ts";
import { isAway } from "#state/home.ts";
import { eachService, type StepRule, serviceStep } from "./build-step.ts";
import type { StepWorld } from "./types.ts";

export const machineRetire: StepRule = (situation, soFar) => {
  const { record, observed } = situation;
  if (record?.movedFrom === undefined) return [];
  return eachService(situation).flatMap(({ wanted, seen }) =>
    seen.machines
      .filter((machine) => machine.region === record.movedFrom && isAway(observed, record, machine))
      .map((machine) =>
        serviceStep(situation, wanted.name, "machine-retire", {
          effect: "destroy",
          text: `Remove machine ${machine.name} of ${wanted.app}, which ${situation.silo.slug} has left`,
          after: soFar.filter(({ effect }) => effect === "wait").map(({ key }) => key),
          run: (world) => deleteOne(world, wanted.app, machine.id),
        }),
      ),
  );
};

/** A run that died may hold a lease still: it ends by itself. */
const leaseMs = 40_000;
const pollMs = 2_000;

export async function deleteOne(
  { fly, clock, signal }: StepWorld,
  app: string,
  id: string,
): Promise<void> {
  const deadline = clock.now() + leaseMs;
  for (;;) {
    try {
      await fly.deleteMachine(app, id);
      return;
    } catch (error) {
      if (!isApiError(error, "lease_held") || clock.now() >= deadline) throw error;
      await clock.sleep(pollMs, signal);
    }
  }
}
