/** Where a silo can really be placed. */

import type { RegionsConfig } from "#silo/config.generated.ts";
import { didYouMean } from "./did-you-mean.ts";
import { type Path, type Problem, problem } from "./finding.ts";
import { knownRegions } from "./regions.ts";
import { show } from "./show.ts";

export interface Placement {
  readonly region: string;
  readonly problem?: Problem;
}

const byCode = new Map(knownRegions.map((region) => [region.code, region]));
const openCodes = knownRegions
  .filter(({ successor }) => successor === undefined)
  .map(({ code }) => code);

const regionPath = ["devenv", "fly_region"];

/** The region for `code`: itself, or its successor when Fly has retired it. */
export function placeIn(code: string, config: RegionsConfig): Placement {
  const known = byCode.get(code);
  const own = Object.hasOwn(config.successors, code) ? config.successors[code] : undefined;
  const successor = own ?? known?.successor;
  if (successor === undefined) {
    const isOpen = known !== undefined || config.additional.includes(code);
    return isOpen ? { region: code } : { region: code, problem: unknownRegion(code, regionPath) };
  }
  const name = known === undefined ? "" : ` (${known.name})`;
  const what = `Fly takes nothing new in ${code}${name}`;
  if (config.on_retired === "error") {
    const found = problem(
      "RETIRED_REGION",
      regionPath,
      what,
      `Write ${successor}, the nearest region`,
    );
    return { region: successor, problem: found };
  }
  return {
    region: successor,
    problem: problem(
      "RETIRED_REGION",
      regionPath,
      `${what}; the silo is placed in ${successor} instead`,
      `Write ${successor} to have the file say where the silo is`,
      { severity: "warning" },
    ),
  };
}

function unknownRegion(code: string, path: Path): Problem {
  const near = didYouMean(code, openCodes);
  const fix = near === undefined ? `Write one of ${openCodes.join(", ")}` : `Did you mean ${near}?`;
  return problem("UNKNOWN_REGION", path, `${show(code)} is not a region of Fly`, fix);
}

/** Successors that are no region themselves. */
export function checkSuccessors(config: RegionsConfig): readonly Problem[] {
  return Object.entries(config.successors).flatMap(([code, successor]) => {
    const isOpen = openCodes.includes(successor) || config.additional.includes(successor);
    return isOpen ? [] : [unknownRegion(successor, ["regions", "successors", code])];
  });
}
