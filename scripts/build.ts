/** `npm run build`: the programs in dist/, with what is imported lazily in chunks of its own. */

import { join } from "node:path";
import { bundleAction, bundleCli } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
// The command line first: its folder is emptied, and the action's is in it.
for (const [name, bundle, outdir] of [
  ["dist/", bundleCli, dist],
  ["dist/action/", bundleAction, join(dist, "action")],
] as const) {
  const { kilobytes, files } = await bundle({ root, outdir });
  console.log(`${name}: ${files} files, ${kilobytes} kB`);
}
