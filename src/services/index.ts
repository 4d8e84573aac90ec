/** The six services of a silo. A seventh is one more file and two more lines here. */

import type { ServiceName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { gotrue } from "./gotrue.ts";
import { kong } from "./kong.ts";
import { postgres } from "./postgres.ts";
import { postgrest } from "./postgrest.ts";
import { storage } from "./storage.ts";
import { studio } from "./studio.ts";
import type { ServiceDefinition } from "./types.ts";

export const services = {
  postgres,
  gotrue,
  storage,
  postgrest,
  studio,
  kong,
} as const satisfies Record<ServiceName, ServiceDefinition>;

/** An order that respects `after`; stop in reverse. */
export const startOrder = [
  "postgres",
  "gotrue",
  "storage",
  "postgrest",
  "studio",
  "kong",
] as const satisfies readonly ServiceName[];

/** What the silo runs, in start order. */
export const enabledServices = (silo: Silo): readonly ServiceDefinition[] =>
  startOrder.map((name) => services[name]).filter((service) => service.isEnabled(silo));
