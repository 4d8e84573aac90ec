/** Connection info for later steps of the same job: hidden first, then handed on. */

import { objectAt } from "./json.ts";
import type { Runner } from "./runner.ts";

/** What is in no log anyway may be read in one. */
const open = new Set([
  "supabase_url",
  "studio_url",
  "silo_preview_url",
  "studio_username",
  "db_host",
]);

export function handOut(runner: Pick<Runner, "mask" | "output" | "log">, document: string): void {
  const parsed: unknown = JSON.parse(document);
  const info = objectAt(parsed, "connection_info") ?? objectAt(parsed) ?? {};
  const fields = Object.entries(info).flatMap(([name, value]) =>
    typeof value === "string" && value !== "" ? [{ name, value }] : [],
  );
  for (const { name, value } of fields) if (!open.has(name)) runner.mask(value);
  for (const { name, value } of fields) runner.output(name.replaceAll("_", "-"), value);
  runner.log(`Handed on: ${fields.map(({ name }) => name.replaceAll("_", "-")).join(", ")}\n`);
}
