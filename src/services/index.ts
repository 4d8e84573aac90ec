/** The six services of a silo. A seventh is one more file and one more line here. */

import type { ServiceName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { gotrue } from "./gotrue.ts";
import { kong } from "./kong.ts";
import { postgres } from "./postgres.ts";
import { postgrest } from "./postgrest.ts";
import { storage } from "./storage.ts";
import { studio } from "./studio.ts";
import type { ServiceDefinition } from "./types.ts";

/** In an order that respects `after`. */
export const services = {
  postgres,
  gotrue,
  storage,
  postgrest,
  studio,
  kong,
} as const satisfies Record<ServiceName, ServiceDefinition>;

/** What the silo runs, in start order; stop in reverse. */
export const enabledServices = (silo: Silo): readonly ServiceDefinition[] =>
  Object.values(services).filter((service) => service.isEnabled(silo));
