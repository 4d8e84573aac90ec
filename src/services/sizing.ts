/** The machine size a spec asks for, as Fly wants it. */

import type { ServiceSpec } from "#silo/spec.generated.ts";
import type { FlyGuest } from "#wire/fly.ts";

export const guestOf = (spec: ServiceSpec): FlyGuest => ({
  cpu_kind: spec.cpu_kind,
  cpus: spec.cpus,
  memory_mb: spec.memory_mb,
});
