/** `npm run build`: the published program in dist/, with what is imported lazily in chunks of its own. */

import { join } from "node:path";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const { kilobytes, files } = await bundle({ root, outdir: join(root, "dist") });
console.log(`dist/: ${files} files, ${kilobytes} kB`);
