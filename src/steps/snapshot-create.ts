/** A last snapshot of every volume, seen to be there: before anything of a silo is removed, and when it expires. */

import { ApiError } from "#silo/errors.ts";
import type { DesiredService } from "#state/desire.ts";
import type { ObservedVolume } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { createOnce } from "./create-once.ts";
import { isSettingAside } from "./expiry-close.ts";
import { markOf } from "./keep-until.ts";
import type { Step, StepWorld } from "./types.ts";

const timeoutMs = 600_000;
const pollMs = 2_000;

export const snapshotCreate: StepRule = (situation) => {
  const { intent } = situation;
  // Without days of grace the app goes at once, and its snapshots with it.
  const isLast = intent.kind === "destroy" && intent.graceDays > 0;
  if (!isLast && !isSettingAside(situation)) return [];
  const unmarked = eachService(situation).filter(({ seen }) => markOf(seen) === undefined);
  return unmarked.flatMap(({ wanted, seen }) =>
    seen.volumes.map((volume) =>
      snapshotBefore(situation, {
        wanted,
        volume,
        text: `Take a last snapshot of volume ${volume.name} of ${wanted.app}`,
      }),
    ),
  );
};

/** Of the volume in use, before another one takes over from it. */
export function snapshotBefore(
  situation: Situation,
  {
    wanted,
    volume,
    text,
  }: { readonly wanted: DesiredService; readonly volume: ObservedVolume; readonly text: string },
): Step {
  return serviceStep(situation, wanted.name, `snapshot-create-${volume.id}`, {
    effect: "create",
    text,
    after: [
      `${situation.silo.slug}/record-open`,
      serviceKey(situation.silo.slug, wanted.name, "machine-stop"),
    ],
    timeoutMs,
    run: (world) => ensureSnapshot(world, wanted.app, volume.id),
  });
}

async function ensureSnapshot(
  { fly, clock, signal }: StepWorld,
  app: string,
  volume: string,
): Promise<void> {
  const startedAt = clock.now();
  // Their times are whole seconds.
  const since = Math.floor(startedAt / 1_000) * 1_000;
  const found = async () =>
    (await fly.listSnapshots(app, volume)).filter((one) => Date.parse(one.created_at) >= since);
  await createOnce({
    clock,
    signal,
    // One of an earlier run does not count.
    isNewPlace: true,
    look: async () => (await found())[0]?.id,
    create: () => fly.createSnapshot(app, volume).then(() => volume),
  });
  while (clock.now() < startedAt + timeoutMs) {
    if ((await found()).some(({ status }) => status === "created")) return;
    await clock.sleep(pollMs, signal);
  }
  throw new ApiError("it is not listed as created", {
    provider: "fly",
    operation: `take a snapshot of ${volume}`,
    category: "timeout",
    ambiguous: false,
  });
}
