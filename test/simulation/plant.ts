/** `node --import ./test/simulation/plant.ts …` with SILO_PLANT: the engine with that fault in it. */

import { registerHooks } from "node:module";
import { plants } from "./plants.ts";

const plant = plants.find(({ what }) => what === process.env.SILO_PLANT);
if (!plant) throw new Error(`There is no plant "${process.env.SILO_PLANT}"`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/${plant.file}`)) return loaded;
    let source = String(loaded.source);
    for (const { find, put } of plant.edits) {
      if (!source.includes(find)) throw new Error(`${plant.file} has changed: ${find}`);
      source = source.replace(find, put);
    }
    return { ...loaded, source };
  },
});
