/** What Fly says of the last time a machine's process ended: for a person who has to mend it. */

import type { FlyMachine } from "#wire/fly.ts";

const longest = 200;

/** Nothing, or one sentence. */
export function howItEnded(machine: FlyMachine | undefined): readonly string[] {
  const event = (machine?.events ?? []).find(({ type }) => type === "exit");
  const exit = field(event?.request, "exit_event");
  if (exit === undefined) return [];
  if (field(exit, "oom_killed") === true) return ["its process was killed for want of memory"];
  const error = field(exit, "error");
  const said = typeof error === "string" && error !== "" ? `: ${oneLine(error)}` : "";
  return [`its process ended with code ${String(field(exit, "exit_code") ?? "?")}${said}`];
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim().slice(0, longest);
