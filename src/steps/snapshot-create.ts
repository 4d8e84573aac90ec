/** A last snapshot of every volume, seen to be there, before anything of a silo is removed. */

import { ApiError } from "#silo/errors.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { markOf } from "./keep-until.ts";
import type { StepWorld } from "./types.ts";

const timeoutMs = 600_000;
const pollMs = 2_000;

export const snapshotCreate: StepRule = (situation) => {
  const { intent, silo } = situation;
  // Without days of grace the app goes at once, and its snapshots with it.
  if (intent.kind !== "destroy" || intent.graceDays === 0) return [];
  const unmarked = eachService(situation).filter(({ seen }) => markOf(seen) === undefined);
  return unmarked.flatMap(({ wanted, seen }) =>
    seen.volumes.map((volume) =>
      serviceStep(situation, wanted.name, `snapshot-create-${volume.id}`, {
        effect: "create",
        text: `Take a last snapshot of volume ${volume.name} of ${wanted.app}`,
        after: [serviceKey(silo.slug, wanted.name, "machine-stop")],
        timeoutMs,
        run: (world) => ensureSnapshot(world, wanted.app, volume.id),
      }),
    ),
  );
};

async function ensureSnapshot(
  { fly, clock, signal }: StepWorld,
  app: string,
  volume: string,
): Promise<void> {
  const since = clock.now();
  await fly.createSnapshot(app, volume);
  const deadline = since + timeoutMs;
  while (clock.now() < deadline) {
    const snapshots = await fly.listSnapshots(app, volume);
    const isThere = snapshots.some(
      ({ status, created_at }) =>
        status === "created" && Date.parse(created_at) >= Math.floor(since / 1_000) * 1_000,
    );
    if (isThere) return;
    await clock.sleep(pollMs, signal);
  }
  throw new ApiError("it is not listed as created", {
    provider: "fly",
    operation: `take a snapshot of ${volume}`,
    category: "timeout",
    ambiguous: false,
  });
}
