/** What happened to a silo and what is to come, as far as its status document knows. */

import type { SiloStatus } from "#silo/status.generated.ts";
import type { Tone } from "./condition.ts";
import { countText, instant } from "./words.ts";

export interface TimelineEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
}

/** Newest first. */
export function timelineOf(status: SiloStatus): readonly TimelineEvent[] {
  return [
    ...powerEvents(status),
    ...troubles(status),
    ...use(status),
    ...runs(status),
    ...ends(status),
  ].sort((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1));
}

/** What was done to it: that it is used its timer says, who has its keys its own page. */
export const lastEventOf = (status: SiloStatus, now: number): TimelineEvent | undefined =>
  timelineOf({ ...status, idle: { ...status.idle, last_request_at: null }, keys: {} }).find(
    ({ at }) => at <= now,
  );

function event(time: string | null | undefined, text: string, tone: Tone): TimelineEvent[] {
  const at = instant(time);
  return at === undefined ? [] : [{ at, text, tone }];
}

const deciders = {
  ...{ spec: "the spec", dispatch: "a person", "auto-stop": "auto-stop" },
  ...{ expiry: "expiry", budget: "the budget" },
} as const;

/** Who decided a start or a stop stands with its end, once there is one. */
function powerEvents({ power, devenv }: SiloStatus): readonly TimelineEvent[] {
  const {
    last_start_seconds: seconds,
    last_started_at: started,
    last_stopped_at: stopped,
  } = devenv;
  const isStart = power.desired === "running";
  const decided = instant(power.at) ?? Number.POSITIVE_INFINITY;
  const isDone = (instant(isStart ? started : stopped) ?? 0) >= decided;
  const by = ` by ${deciders[power.by]}${power.reason === "" ? "" : `: ${power.reason}`}`;
  const took = seconds === null ? "" : ` after ${Math.round(seconds)} s`;
  return [
    ...(isDone ? [] : event(power.at, `${isStart ? "Start" : "Stop"} decided${by}`, "busy")),
    ...event(started, `Usable${took}${isDone && isStart ? `, started${by}` : ""}`, "good"),
    ...event(stopped, `Stopped${isDone && !isStart ? by : ""}`, "off"),
  ];
}

function troubles({ degraded, last_error: error }: SiloStatus): readonly TimelineEvent[] {
  return [
    ...event(degraded?.since, `Degraded: ${degraded?.services.join(", ") ?? ""}`, "warn"),
    ...event(error?.at, `Failed: ${error?.message ?? ""}`, "bad"),
  ];
}

const use = ({ idle }: SiloStatus) => event(idle.last_request_at, "Last used", "good");

function runs({ receipt, keys }: SiloStatus): readonly TimelineEvent[] {
  const steps = countText(receipt?.changes.length ?? 0, "change");
  const done = receipt?.result === "failed" ? "failed after" : "done,";
  return [
    ...event(
      receipt?.at,
      `${capitalised(receipt?.command ?? "")} ${done} ${steps}`,
      receipt?.result === "failed" ? "bad" : "good",
    ),
    ...Object.entries(keys).flatMap(([place, { generation, proven_at: at }]) =>
      event(at, `Generation ${generation} handed to ${place}`, "off"),
    ),
  ];
}

function ends({ holds, devenv }: SiloStatus): readonly TimelineEvent[] {
  return [
    ...holds.flatMap(({ by, until }) => event(until, `The hold of ${by} ends`, "off")),
    ...event(devenv.rls_until, `Row level security is in force again`, "warn"),
    ...event(devenv.expires_at, "Expires", "warn"),
  ];
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
