/** What the desk, or a snapshot, says of all silos: checked before anything of it is shown. */

import type { SiloStatus } from "#silo/status.generated.ts";
import { status as isStatus } from "./status-validator.generated.js";

export interface Fleet {
  /** When it was observed, in milliseconds. */
  readonly at: number;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly silo: string;
  readonly client: string;
  readonly owner: string | null;
  readonly spec: EntrySpec | null;
  /** Null when nothing was ever noted of it, or when what was noted has another form. */
  readonly status: SiloStatus | null;
  readonly isUnreadable: boolean;
  /** Actions that the role of the reader has, whatever the phase. */
  readonly may: readonly string[];
}

export interface EntrySpec {
  readonly region: string;
  readonly autoStopMinutes: number;
  readonly monthlyBudgetUsd: number | null;
  readonly monthlyAlwaysOnUsd: number | null;
}

const slug = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `undefined` when it is not a list of silos at all. Entries without a proper name are left out. */
export function parseFleet(data: unknown): Fleet | undefined {
  if (!isRecord(data) || !Array.isArray(data.silos)) return undefined;
  const at = typeof data.at === "string" ? Date.parse(data.at) : Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const entries = data.silos.flatMap((one: unknown) => parseEntry(one) ?? []);
  return { at, entries };
}

function parseEntry(data: unknown): Entry | undefined {
  if (!isRecord(data) || typeof data.silo !== "string" || !slug.test(data.silo)) return undefined;
  const status = parseStatus(data.status);
  return {
    silo: data.silo,
    client: text(data.client) ?? data.silo,
    owner: text(data.owner),
    spec: parseSpec(data.spec),
    status: status ?? null,
    isUnreadable: status === undefined && data.status !== null,
    may: Array.isArray(data.may) ? data.may.filter((one) => typeof one === "string") : [],
  };
}

/** `undefined` when it is not a status document. */
export const parseStatus = (data: unknown): SiloStatus | undefined =>
  isStatus(data) ? data : undefined;

function parseSpec(data: unknown): EntrySpec | null {
  if (!isRecord(data)) return null;
  const { region, auto_stop_minutes: minutes } = data;
  if (typeof region !== "string" || typeof minutes !== "number") return null;
  return {
    region,
    autoStopMinutes: minutes,
    monthlyBudgetUsd: amount(data.monthly_budget_usd),
    monthlyAlwaysOnUsd: amount(data.monthly_always_on_usd),
  };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const amount = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
