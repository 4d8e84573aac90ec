/** The volume in the region that a silo moves to: a fork of the stopped one, which is only read. */

import { ApiError } from "#silo/errors.ts";
import { currentVolume } from "#state/current-volume.ts";
import type { DesiredService } from "#state/desire.ts";
import { stagedMachine } from "#state/moving.ts";
import type { ObservedVolume } from "#state/observed.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { createOnce } from "./create-once.ts";
import { snapshotBefore } from "./snapshot-create.ts";
import type { StepWorld } from "./types.ts";

const timeoutMs = 3_600_000;
const pollMs = 2_000;

export const volumeFork: StepRule = (situation) => {
  const { moving, silo } = situation;
  if (!moving) return [];
  return eachService(situation).flatMap(({ wanted, seen }) => {
    const volume = currentVolume(silo, seen);
    const isMounted = moving.isContinued && stagedMachine(seen, moving.to);
    if (!wanted.enabled || !volume || isMounted) return [];
    const text = `Take a snapshot of volume ${volume.name} of ${wanted.app}`;
    const snapshot = snapshotBefore(situation, { wanted, volume, text });
    return [
      snapshot,
      serviceStep(situation, wanted.name, "volume-fork", {
        effect: "create",
        text: `Copy volume ${volume.name} of ${wanted.app}, ${volume.sizeGb} GB, to ${moving.to}`,
        after: [
          `${silo.slug}/record-open`,
          serviceKey(silo.slug, wanted.name, "machine-stop"),
          snapshot.key,
        ],
        timeoutMs,
        run: (world) =>
          ensureTakeover(world, wanted, {
            volume,
            region: moving.to,
            from: { source_volume_id: volume.id },
          }),
      }),
    ];
  });
};

export interface Takeover {
  /** The one in use. */
  readonly volume: ObservedVolume;
  readonly region: string;
  readonly from: { readonly source_volume_id: string } | { readonly snapshot_id: string };
}

/** Made once, and seen to be whole: the states of one that is still being filled are left. */
export async function ensureTakeover(
  { fly, clock, signal, facts }: StepWorld,
  wanted: DesiredService,
  { volume, region, from }: Takeover,
): Promise<void> {
  const { takeoverSince: since } = facts;
  if (since === undefined) throw new Error("The record does not say when this began");
  const look = async () =>
    (await fly.listVolumes(wanted.app))?.find(
      (one) =>
        one.id !== volume.id &&
        one.name === volume.name &&
        one.region === region &&
        !facts.keptVolumes.has(one.id) &&
        Date.parse(one.created_at) >= since * 1_000,
    );
  const made = await createOnce({
    clock,
    signal,
    isNewPlace: false,
    look,
    create: () =>
      fly.createVolume(wanted.app, {
        name: volume.name,
        region,
        size_gb: volume.sizeGb,
        encrypted: true,
        ...from,
        compute: wanted.machine.guest,
        compute_image: wanted.machine.image,
      }),
  });
  facts.volumeIds.set(wanted.name, made.id);
  const deadline = clock.now() + timeoutMs;
  for (let { state } = made; state !== "created"; ) {
    if (clock.now() >= deadline) throw notWhole(wanted.app, made.id, state);
    await clock.sleep(pollMs, signal);
    state = (await look())?.state ?? "creating";
  }
}

const notWhole = (app: string, id: string, state: string) =>
  new ApiError(`it is ${state} still`, {
    provider: "fly",
    operation: `fill the volume ${id} of ${app}`,
    category: "timeout",
    ambiguous: false,
  });
