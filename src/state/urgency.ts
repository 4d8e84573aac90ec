/** Whose calls go first where a limit makes a queue: the apps that most comes after. */

import { type ServiceName, serviceSuffixes } from "#silo/names.ts";

/**
 * The kong machine is the lock, so nothing of a silo is made before it; Postgres takes longest and
 * everything starts after it; the others by the size of their images.
 */
const lastToFirst: readonly ServiceName[] = [
  "postgrest",
  "gotrue",
  "storage",
  "studio",
  "postgres",
  "kong",
];

/** Of an app by its name; higher is more urgent. 0 for what is none of ours. */
export function urgencyOf(app: string): number {
  const suffix = app.slice(app.lastIndexOf("-") + 1);
  return lastToFirst.findIndex((name) => serviceSuffixes[name] === suffix) + 1;
}
