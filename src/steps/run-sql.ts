/**
 * SQL in the Postgres machine, whose loopback asks nobody for a password. It goes by standard input:
 * arguments are seen by every process there.
 */

import { ApiError, isApiError } from "#silo/errors.ts";
import type { FlyExecResult } from "#wire/fly.ts";
import type { StepWorld } from "./types.ts";

export interface SqlRun {
  /** What the SQL is for, in an error: `set the passwords of acme-erp`. */
  readonly operation: string;
  readonly role: "postgres" | "supabase_admin";
  readonly sql: string;
  readonly timeoutSeconds: number;
  /** Tries where nothing is known of the last one; the SQL must bear to be run again. */
  readonly tries: number;
  /** Another machine than the one in use. */
  readonly machine?: string;
}

const pollMs = 1_000;
/** psql could not connect: the server is still starting. */
const notConnected = 2;

/** Gives what psql printed and its exit code: 3 when a statement failed. */
export async function runSql(
  { fly, clock, facts, signal }: Pick<StepWorld, "fly" | "clock" | "facts" | "signal">,
  app: string,
  { operation, role, sql, timeoutSeconds, tries, machine }: SqlRun,
): Promise<FlyExecResult> {
  const id = machine ?? facts.machineIds.get("postgres");
  if (!id) throw new Error(`No machine of ${app} is known`);
  const request = {
    command: psqlCommand(role),
    stdin: sql,
    timeout: timeoutSeconds,
  };
  for (let left = tries - 1; ; left--) {
    try {
      const result = await fly.exec(app, id, request);
      if (result.exit_code !== notConnected) return result;
      if (left === 0) throw sqlFailed(operation, "the database takes no connection");
    } catch (error) {
      const isWorthAnother =
        isApiError(error) && (error.facts.ambiguous || error.facts.category === "transient");
      if (!isWorthAnother || left === 0) throw error;
    }
    await clock.sleep(pollMs, signal);
  }
}

export const psqlCommand = (role: SqlRun["role"]): string[] =>
  `psql -X -q -A -t -h 127.0.0.1 -d postgres -v ON_ERROR_STOP=1 -U ${role}`.split(" ");

export const sqlFailed = (operation: string, why: string): ApiError =>
  new ApiError(why, { provider: "fly", operation, category: "transient", ambiguous: false });
