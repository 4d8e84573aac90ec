/** One silo as it is wanted: its spec, complete and checked. */

import type { SiloSlugs } from "./names.ts";
import type { SiloSpec } from "./spec.generated.ts";

export interface Silo {
  /** `acme-erp`. */
  readonly slug: string;
  readonly slugs: SiloSlugs;
  /** Path of the YAML, relative to the working directory. */
  readonly file: string;
  /** Where it is placed: `fly_region`, or its successor when that one is retired. */
  readonly region: string;
  readonly spec: SiloSpec;
}
