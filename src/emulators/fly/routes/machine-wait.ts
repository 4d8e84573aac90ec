import { type Call, ok, queryInteger, queryList, type Reply } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import { ApiProblem, invalid, notFound } from "../errors.ts";
import { machineOf } from "../lookups.ts";
import type { Route } from "../router.ts";
import { untilChange } from "../until-change.ts";

export const machineWaitRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/apps/:app/machines/:machine/wait",
    action: "machine-wait",
    access: "read",
    run: waitForState,
  },
];

const waitable = ["started", "stopped", "suspended", "destroyed", "failed", "settled"];
const settled = ["created", "started", "stopped", "suspended", "failed", "destroyed"];

/** Answers as soon as the state is there; 408 with the present state when the time is over. */
async function waitForState(call: Call, cloud: Cloud): Promise<Reply> {
  const states = queryList(call.query, "state") ?? ["started"];
  for (const state of states) {
    if (!waitable.includes(state)) throw invalid(`state "${state}" cannot be waited for`);
  }
  const timeout = queryInteger(call.query, "timeout") ?? 60;
  if (timeout < 1 || timeout > 60) throw invalid("timeout must be between 1 and 60 seconds");
  const row = machineOf(call, cloud, { destroyed: true });
  const version = call.query.get("version") ?? call.query.get("instance_id") ?? row.version;
  if (!row.versions.some((known) => known.version === version)) {
    throw notFound(`machine version ${version}`);
  }
  const deadline = call.at + timeout * 1_000;
  const after = call.query.get("from_event_id") ?? "";
  for (;;) {
    await cloud.life.settle();
    const eventId = row.events[0]?.id ?? "";
    const state = row.version === version ? row.state : "replaced";
    const isThere =
      states.includes(state) || (states.includes("settled") && settled.includes(state));
    if (isThere && eventId > after) return ok({ ok: true, state, version, event_id: eventId });
    if (cloud.clock.now() >= deadline) {
      throw new ApiProblem(
        408,
        `deadline_exceeded: machine failed to reach desired state, ${states.join(", ")}, currently ${state}`,
      );
    }
    call.signal.throwIfAborted();
    await untilChange(row, deadline, call, cloud);
  }
}
