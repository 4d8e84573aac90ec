/** What became of something that was asked for. */

import { isRecord, text } from "./fleet.ts";

export interface Operation {
  readonly id: string;
  readonly action: string;
  readonly silo: string;
  readonly state: "running" | "succeeded" | "failed" | "overdue";
  readonly detail: string | null;
  readonly runUrl: string | null;
}

const states = ["running", "succeeded", "failed", "overdue"] as const;

export function parseOperation(data: unknown): Operation | undefined {
  const found = isRecord(data) && isRecord(data.operation) ? data.operation : undefined;
  const state = states.find((one) => one === found?.state);
  const [id, action, silo] = [text(found?.id), text(found?.action), text(found?.silo)];
  if (state === undefined || id === null || action === null || silo === null) return undefined;
  return { id, action, silo, state, detail: text(found?.detail), runUrl: text(found?.run_url) };
}

const words: Readonly<Record<Operation["state"], string>> = {
  running: "is under way",
  succeeded: "is done",
  failed: "failed",
  overdue: "takes longer than expected",
};

export function operationText({ action, silo, state, detail }: Operation): string {
  const name = action.charAt(0).toUpperCase() + action.slice(1);
  return `${name} of ${silo} ${words[state]}${detail === null || detail === "" ? "" : `: ${detail}`}`;
}
