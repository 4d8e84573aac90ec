/** How a world differs from what it was, in words. */

import type { ServiceFacts, WorldFacts } from "#silo/status.generated.ts";

/** Empty when nothing does. */
export function worldChanges(then: WorldFacts, now: WorldFacts): readonly string[] {
  const names = [...new Set([...Object.keys(then.services), ...Object.keys(now.services)])];
  return [
    ...recordChanges(then.record, now.record),
    ...names.flatMap((name) => serviceChanges(name, then.services[name], now.services[name])),
  ];
}

type RecordFacts = WorldFacts["record"];

function recordChanges(then: RecordFacts, now: RecordFacts): readonly string[] {
  if (!then || !now) {
    if (then === now) return [];
    return [now ? "there is a record of the silo now" : "the silo's record is gone"];
  }
  return (["phase", "power", "generation", "prevent_destroy", "rls_mode"] as const)
    .filter((field) => then[field] !== now[field])
    .map((field) => `record: ${field} ${then[field] ?? "none"} → ${now[field] ?? "none"}`);
}

function serviceChanges(
  name: string,
  then: ServiceFacts | undefined,
  now: ServiceFacts | undefined,
): readonly string[] {
  if (!then || !now) return [`${name}: ${now ? "was not looked at then" : "is no longer known"}`];
  if (then.ownership !== now.ownership) return [`${now.app}: ${becomes[now.ownership]}`];
  return [...machineChanges(then, now), ...volumeChanges(then, now)].map(
    (change) => `${now.app}: ${change}`,
  );
}

const becomes: Readonly<Record<ServiceFacts["ownership"], string>> = {
  absent: "is gone",
  ours: "is there now",
  foreign: "is no longer this silo's",
};

function machineChanges(then: ServiceFacts, now: ServiceFacts): readonly string[] {
  const before = new Map(then.machines.map((machine) => [machine.id, machine]));
  const after = new Set(now.machines.map(({ id }) => id));
  return [
    ...then.machines.flatMap(({ id }) => (after.has(id) ? [] : [`machine ${id} is gone`])),
    ...now.machines.flatMap(({ id, state, digest }) => {
      const was = before.get(id);
      if (!was) return [`machine ${id} is new (${state})`];
      return [
        ...(was.state === state ? [] : [`machine ${id} was ${was.state}, is ${state}`]),
        ...(was.digest === digest ? [] : [`machine ${id} is made of something else`]),
      ];
    }),
  ];
}

function volumeChanges({ volumes: then }: ServiceFacts, { volumes: now }: ServiceFacts) {
  const text = (volumes: ServiceFacts["volumes"]) =>
    volumes.map(({ name, size_gb }) => `${name} ${size_gb} GB`).join(", ") || "none";
  return text(then) === text(now) ? [] : [`volumes: ${text(then)} → ${text(now)}`];
}
