/** The files that `silo dashboard` wrote. They change with the next publication. */

import type { Browser } from "../browser.ts";
import { parseCost } from "../model/cost.ts";
import { parseFleet, parseStatus } from "../model/fleet.ts";
import { jsonOf, messageOf, Problem } from "./answer.ts";
import type { Source } from "./types.ts";

const everyMs = 60_000;

export function snapshotSource(browser: Browser): Source {
  const get = async (path: string, signal?: AbortSignal) =>
    jsonOf(await browser.fetch(path, { cache: "no-cache", ...(signal && { signal }) }));
  return {
    async follow(told, signal) {
      while (!signal.aborted) {
        try {
          const fleet = parseFleet(await get("data/silos.json", signal));
          if (!fleet) throw new Problem(502, "The list of silos has another form");
          told.fleet(fleet);
          told.link({ state: "snapshot" });
        } catch (error) {
          if (!signal.aborted) told.link({ state: "lost", why: messageOf(error) });
        }
        await browser.sleep(everyMs, signal);
      }
    },
    status: async (silo) => parseStatus(await get(`data/status/${silo}.json`)),
    cost: async (silo) => parseCost(await get(`data/cost/${silo}.json`)),
  };
}
