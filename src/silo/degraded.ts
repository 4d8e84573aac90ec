/** The part of the silo record that says that it is degraded: `2026-11-24T12:00:00.000Z gotrue,storage`. */

import { type ServiceName, serviceNames } from "./names.ts";

/** These services failed two checks in a row. */
export interface Degraded {
  /** ISO 8601. */
  readonly since: string;
  readonly services: readonly ServiceName[];
}

export const degradedEntry = ({ since, services }: Degraded): string =>
  `${since} ${services.join()}`;

export function readDegraded(text = ""): Degraded | undefined {
  const [since = "", names = ""] = text.split(" ");
  const services = serviceNames.filter((name) => names.split(",").includes(name));
  return services.length > 0 && !Number.isNaN(Date.parse(since)) ? { since, services } : undefined;
}
