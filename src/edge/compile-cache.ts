/**
 * What Node makes of the sources (types stripped, code compiled) is kept beside the packages, so that
 * the next command starts in half the time. Not in the temporary folder of the machine, which is Node's
 * own choice: what lies there would be run. A bundle is fast enough without.
 */

import { enableCompileCache } from "node:module";
import { join } from "node:path";

if (import.meta.filename.endsWith(".ts")) {
  enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/silo"));
}
