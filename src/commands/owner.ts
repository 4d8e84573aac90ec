import { budgetOf } from "#silo/budget.ts";
import type { Silo } from "#silo/silo.ts";
import { desireDelivery } from "#state/delivery.ts";
import type { Owner } from "#state/ownership.ts";
import type { Specs } from "./types.ts";

/** A silo with all that decides whose it is and what is handed out of it. */
export function ownerOf(silo: Silo, { config, repository, hasNetlify, secretEnv }: Specs): Owner {
  return {
    silo,
    managerId: config.manager_id,
    drift: config.drift,
    graceDays: config.guards.destroy_grace_days,
    budgetUsd: budgetOf(silo, config),
    hasNetlify,
    secretEnv: (record) => secretEnv(silo, record),
    delivery: desireDelivery(silo, config, repository),
  };
}
