/** The clouds that a test has used: filled by a-cloud.ts, emptied by the tear-down of the whole suite. */

import type { FlyEmulator } from "#emulators/fly/emulator.ts";
import type { Clock, Files } from "#world/effects.ts";

/** As much of a cloud as an inventory is taken of. */
export interface UsedCloud {
  readonly fly: Pick<FlyEmulator, "rows">;
  readonly files: Files;
  readonly clock: Clock;
}

interface UsedClouds {
  add(cloud: UsedCloud): void;
}

const used = new Set<UsedCloud>();

/** Nobody empties it outside of the suite, as in a benchmark: then nothing is kept. */
let isKept = false;

export const usedClouds: UsedClouds = {
  add(cloud) {
    if (isKept) used.add(cloud);
  },
};

export function keepUsedClouds(): void {
  isKept = true;
}

export function takeUsedClouds(): readonly UsedCloud[] {
  const taken = [...used];
  used.clear();
  return taken;
}
