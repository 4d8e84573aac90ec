/** Entries of the list as the desk and a snapshot give them. */

import { type Entry, parseFleet } from "#desk/dashboard/page/model/fleet.ts";
import { aStatus, type StatusChanges } from "../../support/a-status.ts";

export const noon = Date.parse("2026-11-24T12:00:00Z");

const every = ["status", "start", "stop", "hold", "release"];

export const listed = (silo: string, status: unknown, more: object = {}) => ({
  ...{ silo, silo_id: `${silo}-silo-001`, client: "acme", app: "erp", owner: "@somtech/acme" },
  spec: { region: "yyz", auto_stop_minutes: 30, monthly_budget_usd: null },
  status,
  may: every,
  ...more,
});

export const fleetOf = (...silos: readonly unknown[]) =>
  parseFleet({ at: "2026-11-24T12:00:00.000Z", silos });

export function anEntry(changes: StatusChanges = {}, more: object = {}): Entry {
  const [entry] = fleetOf(listed("acme-erp", aStatus("acme-erp", changes), more))?.entries ?? [];
  if (!entry) throw new Error("The entry is not as the page wants it");
  return entry;
}
