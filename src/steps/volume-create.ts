/** The volume of a service that has one. Names are not unique: looked for twice, created once. */

import type { VolumeNeed } from "#services/types.ts";
import { currentVolume } from "#state/current-volume.ts";
import type { DesiredService } from "#state/desire.ts";
import { emptyAgainst } from "#state/sure-lists.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { createOnce } from "./create-once.ts";
import type { StepWorld } from "./types.ts";

const readyTimeoutMs = 60_000;
const pollMs = 500;

export const volumeCreate: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    const { volume } = wanted;
    if (!wanted.enabled || !volume || currentVolume(situation.silo, seen)) return [];
    return serviceStep(situation, wanted.name, "volume-create", {
      effect: "create",
      text: `Create volume ${volume.name}, ${volume.sizeGb} GB in ${wanted.region}`,
      after: [serviceKey(situation.silo.slug, wanted.name, "app-create")],
      run: (world) => ensureVolume(world, situation.silo.spec.devenv.fly_org, wanted, volume),
    });
  });

async function ensureVolume(
  world: StepWorld,
  org: string,
  wanted: DesiredService,
  need: VolumeNeed,
): Promise<void> {
  const { fly, clock, signal, facts } = world;
  const list = async () => {
    const all = (await fly.listVolumes(wanted.app)) ?? [];
    return all.filter(({ name, region }) => name === need.name && region === wanted.region);
  };
  const look = async () => (await list())[0];
  const isNewPlace = facts.newApps.has(wanted.app);
  const volume = await createOnce({
    clock,
    signal,
    isNewPlace,
    look,
    second: {
      list,
      isSame: (a, b) => a.id === b.id,
      // It was never mounted.
      takeBack: ({ id }) => fly.deleteVolume(wanted.app, id),
      unlisted: () => emptyAgainst(wanted.app, "volumes", "one was just created"),
    },
    create: async () => {
      if (!isNewPlace) await assertUnlisted(world, org, wanted.app, need.name);
      return fly.createVolume(wanted.app, {
        name: need.name,
        region: wanted.region,
        size_gb: need.sizeGb,
        encrypted: true,
        // So that it lands on a host that has room for the machine, too.
        compute: wanted.machine.guest,
        compute_image: wanted.machine.image,
      });
    },
  });
  facts.volumeIds.set(wanted.name, volume.id);
  const deadline = clock.now() + readyTimeoutMs;
  for (let state = volume.state; state === "creating" && clock.now() < deadline; ) {
    await clock.sleep(pollMs, signal);
    state = (await look())?.state ?? "creating";
  }
}

/** The app's own list may be empty by mistake: the organisation's must not know the volume either. */
async function assertUnlisted(
  { fly }: StepWorld,
  org: string,
  app: string,
  name: string,
): Promise<void> {
  const { items } = await fly.listOrgVolumes(org);
  if (!items.some((volume) => volume.app_name === app && volume.name === name)) return;
  throw emptyAgainst(app, "volumes", "the list of its organisation has one");
}
