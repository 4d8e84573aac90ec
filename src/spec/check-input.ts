import type { SiloConfig } from "#silo/config.generated.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloSpec } from "#silo/spec.generated.ts";

/** What the checks of one spec are made against. */
export interface CheckInput {
  /** Path of the file. */
  readonly file: string;
  /** Its name in silos/. */
  readonly name: string;
  /** With every default filled in. */
  readonly spec: SiloSpec;
  readonly config: SiloConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `owner/name` of the repository that holds the silos, when known. */
  readonly repository?: string | undefined;
  /** Paths that the schema refused, dotted: what they hold was left out and is already reported. */
  readonly faulty: ReadonlySet<string>;
  readonly monthlyCost?: ((silo: Silo) => number) | undefined;
}
