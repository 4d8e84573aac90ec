/** Whoever asks, as the desk's own configuration says: nothing of it is taken from the request. */

import type { Role } from "#silo/access.ts";
import type { Silo } from "#silo/silo.ts";

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** Slugs; `*` is all. */
  readonly silos: readonly string[];
  /** Milliseconds since the epoch; nothing is said to it afterwards. */
  readonly expiresAt: number;
}

export const maySee = ({ silos }: Caller, { slug }: Pick<Silo, "slug">): boolean =>
  silos.includes("*") || silos.includes(slug);
