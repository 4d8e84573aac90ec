/**
 * Row level security as the database itself has it: the mode by its roles, and tables that the API
 * serves with none, by the numbers of Supabase's lints. A weaker mode does not show in them.
 */

import type { Silo } from "#silo/silo.ts";
import type { RlsMode } from "./rls.ts";

/** Read by `databaseMode`. */
export const modeSql =
  "SELECT rolname, rolbypassrls FROM pg_roles WHERE rolname IN ('anon', 'authenticated') ORDER BY rolname;\n";

/** Of what psql prints unaligned; `undefined` when it is none of the three. */
export function databaseMode(stdout: string): RlsMode | undefined {
  const rows = stdout.trim().replaceAll("\n", " ");
  return rows in modesByRows ? modesByRows[rows as keyof typeof modesByRows] : undefined;
}

const modesByRows = {
  "anon|f authenticated|f": "production",
  "anon|f authenticated|t": "permissive",
  "anon|t authenticated|t": "disabled",
} as const;

export interface RlsLint {
  /** https://supabase.com/docs/guides/database/database-advisors */
  readonly lint: "0007" | "0013";
  /** `public.notes`. */
  readonly table: string;
}

/** Schemas of the image; their tables are guarded by itself. */
const ownSchemas = ["storage", "graphql_public", "graphql", "auth"];

/** A line a table. Where RLS was never enabled, whoever may use the table sees and changes all of it. */
export function lintsSql({ spec }: Silo): string {
  const schemas = spec.devenv.services.postgrest.schemas.filter((one) => !ownSchemas.includes(one));
  return [
    "SET default_transaction_read_only TO on;",
    "SELECT CASE WHEN EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) THEN '0007' ELSE '0013' END",
    "  || ' ' || n.nspname || '.' || c.relname",
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
    `WHERE n.nspname = ANY (ARRAY[${schemas.map((one) => `'${one}'`).join(", ")}]::text[])`,
    "  AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity",
    "  AND (has_table_privilege('anon', c.oid, 'SELECT, INSERT, UPDATE, DELETE')",
    "    OR has_table_privilege('authenticated', c.oid, 'SELECT, INSERT, UPDATE, DELETE'))",
    "  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid",
    "    AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')",
    "ORDER BY n.nspname, c.relname;",
    "",
  ].join("\n");
}

export const lintsIn = (stdout: string): readonly RlsLint[] =>
  [...stdout.matchAll(/^(0007|0013) (.+)$/gm)].map(([, lint, table = ""]) => ({
    lint: lint === "0007" ? "0007" : "0013",
    table,
  }));
