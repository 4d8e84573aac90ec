/** One silo as it is wanted: its spec, complete and checked. */

import type { SiloSlugs } from "./names.ts";
import type { SiloSpec } from "./spec.generated.ts";
import type { SqlFiles } from "./sql-files.ts";

export interface Silo {
  /** `acme-erp`. */
  readonly slug: string;
  readonly slugs: SiloSlugs;
  /** Path of the YAML, relative to the working directory. */
  readonly file: string;
  /** Where it is placed: `fly_region`, or its successor when that one is retired. */
  readonly region: string;
  readonly spec: SiloSpec;
  /** The files that its spec names; absent where they were not read. */
  readonly sqlFiles?: SqlFiles;
}
