/**
 * What a database holds, counted by itself: rows of every table that is not the server's own, its
 * extensions and roles. What background workers write by themselves is left out.
 */

import { digestOf } from "#silo/canonical-json.ts";
import type { DataProof } from "#silo/takeover.ts";
import { runSql, sqlFailed } from "./run-sql.ts";
import type { StepWorld } from "./types.ts";

const proofSql = `select format('select ''rows'', %L, count(*) from %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  from pg_catalog.pg_tables
  where schemaname not in ('pg_catalog', 'information_schema', 'cron', 'net') and schemaname not like 'pg_temp%'
  order by 1
\\gexec
select 'extension', extname, extversion from pg_catalog.pg_extension order by 2;
select rolname, rolsuper, rolcanlogin, rolbypassrls from pg_catalog.pg_roles order by 1;
`;

/** Counting large tables takes its time. */
const timeoutSeconds = 60;
/** A server that has just been started may still be recovering. */
const tries = 60;

export async function proveData(
  world: StepWorld,
  { app, machine }: { readonly app: string; readonly machine: string },
): Promise<DataProof> {
  const operation = `count what the database of ${app} holds`;
  const { exit_code, stdout, stderr } = await runSql(world, app, {
    operation,
    role: "supabase_admin",
    sql: proofSql,
    timeoutSeconds,
    tries,
    machine,
  });
  if (exit_code !== 0) throw sqlFailed(operation, stderr.trim().slice(0, 300) || "psql failed");
  const lines = stdout.trim().split("\n");
  const tables = lines.filter((line) => line.startsWith("rows|"));
  const extensions = lines.filter((line) => line.startsWith("extension|"));
  const rowsOf = (line: string) => Number(line.slice(line.lastIndexOf("|") + 1));
  const rows = tables.reduce((sum, line) => sum + rowsOf(line), 0);
  const objects = tables.find((line) => line.startsWith("rows|storage.objects|"));
  const roles = lines.length - tables.length - extensions.length;
  return {
    at: Math.floor(world.clock.now() / 1_000),
    digest: digestOf(lines).slice(0, 16),
    summary: [
      `${tables.length} tables`,
      `${rows} rows`,
      `${extensions.length} extensions`,
      `${roles} roles`,
      `${objects ? rowsOf(objects) : 0} storage objects`,
    ].join(", "),
  };
}
