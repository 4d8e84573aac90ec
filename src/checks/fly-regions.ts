/** Whether Fly takes something new in the region of each silo. */

import type { FlyRegion } from "#wire/fly.ts";
import type { Check, Finding } from "./types.ts";

export const flyRegions: Check = {
  name: "fly-regions",
  async run({ fly, selected }) {
    if ("closed" in fly) return [];
    const regions = await fly.open.reads.regions();
    const wanted = Map.groupBy(selected, ({ region }) => region);
    return [...wanted].map(([code, silos]) =>
      region(
        code,
        regions.find((one) => one.code === code),
        silos.map(({ slug }) => slug),
      ),
    );
  },
};

function region(code: string, found: FlyRegion | undefined, silos: readonly string[]): Finding {
  const who = silos.join(", ");
  if (!found || found.deprecated) {
    return {
      about: code,
      verdict: "failed",
      text: `Fly ${found ? "has retired" : "does not know"} it: nothing new can be made there (${who})`,
      fix: "choose another fly_region; `silo regions` lists them",
    };
  }
  if (found.requires_paid_plan) {
    const text = `takes organisations with a paid plan only (${who})`;
    const fix = "have one, or choose another fly_region; `silo regions` lists them";
    return { about: code, verdict: "warning", text, fix };
  }
  return { about: code, verdict: "ok", text: `is open (${who})` };
}
