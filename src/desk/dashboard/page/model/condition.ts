/** How a silo is, in a word and a tone; the tone is a colour and a shape, the word says the same. */

import type { Entry } from "./fleet.ts";

export type Tone = "good" | "warn" | "bad" | "busy" | "off";

/** How silos are told apart by filters. */
export type Group = "attention" | "running" | "changing" | "stopped" | "absent";

export interface Condition {
  readonly word: string;
  readonly tone: Tone;
  readonly group: Group;
}

export const groups: Readonly<Record<Group, string>> = {
  attention: "Needs attention",
  running: "Running",
  changing: "Changing",
  stopped: "Stopped",
  absent: "Not there",
};

const byPhase = {
  absent: { word: "Not there", tone: "off", group: "absent" },
  provisioning: { word: "Starting", tone: "busy", group: "changing" },
  running: { word: "Running", tone: "good", group: "running" },
  degraded: { word: "Degraded", tone: "warn", group: "attention" },
  stopping: { word: "Stopping", tone: "busy", group: "changing" },
  stopped: { word: "Stopped", tone: "off", group: "stopped" },
  destroying: { word: "Being removed", tone: "busy", group: "changing" },
} as const satisfies Readonly<Record<string, Condition>>;

const failedWords = {
  ...{ absent: "Failed", running: "Running, last run failed", degraded: "Degraded, failed" },
  ...{ provisioning: "Start failed", stopping: "Stop failed", destroying: "Removal failed" },
  stopped: "Stopped, last run failed",
} as const;

export function conditionOf({ status, isUnreadable }: Entry): Condition {
  if (isUnreadable) return { word: "Unreadable", tone: "bad", group: "attention" };
  if (!status) return { word: "Nothing known", tone: "off", group: "absent" };
  const phase = status.overall_status;
  if (status.silo.silo_status === "failed") {
    return { word: failedWords[phase], tone: "bad", group: "attention" };
  }
  return byPhase[phase];
}

/** Whether it is awake, as far as its own phase says. */
export const isUp = ({ status }: Entry): boolean =>
  status?.overall_status === "running" || status?.overall_status === "degraded";
