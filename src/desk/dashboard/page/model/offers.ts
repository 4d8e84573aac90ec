/** What a reader may do with a silo now: what the role allows and the phase makes sense of. */

import type { Entry } from "./fleet.ts";

export type Action = "start" | "stop" | "hold" | "release";

export function offersOf({ status, may, isUnreadable }: Entry): readonly Action[] {
  if (!status || isUnreadable) return [];
  const phase = status.overall_status;
  const isUp = phase === "running" || phase === "degraded";
  // What was not finished is finished by asking for it again.
  const isFailed = status.silo.silo_status === "failed";
  const sensible: readonly (Action | false)[] = [
    (phase === "stopped" || (phase === "provisioning" && isFailed)) && "start",
    isUp && "hold",
    status.holds.length > 0 && "release",
    (isUp || phase === "provisioning" || (phase === "stopping" && isFailed)) && "stop",
  ];
  return sensible.filter((action) => action !== false && may.includes(action)) as Action[];
}
