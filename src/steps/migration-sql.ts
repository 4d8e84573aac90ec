/**
 * The SQL that applies SQL files, for psql. What a file says reaches psql in base64 only and is handed to
 * the database by \gexec, which runs it literally: no command of psql can be in it. Its row in the table
 * of migrations is written first, in the same transaction: a file that is there already, or that
 * another run is about to add, gives no row, and then none of its statements.
 */

import { type Migration, type SqlScript, sha256Of } from "#silo/sql-files.ts";

/** As the Supabase CLI makes them. */
export const historySql = [
  "SET client_min_messages TO warning;",
  "SET lock_timeout TO '4s';",
  "CREATE SCHEMA IF NOT EXISTS supabase_migrations;",
  "CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);",
  "ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];",
  "ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;",
  "CREATE TABLE IF NOT EXISTS supabase_migrations.seed_files (path text NOT NULL PRIMARY KEY, hash text NOT NULL);",
  "",
].join("\n");

/** A line for each migration that is there: `silo:VERSION:DIGEST`. Who cuts statements how is left out of it. */
export const appliedSql = [
  "SELECT 'silo:' || version || ':' || encode(sha256(convert_to(translate(coalesce(array_to_string(statements, ''), ''), E' \\t\\n\\r\\f;', ''), 'UTF8')), 'hex')",
  'FROM supabase_migrations.schema_migrations ORDER BY version COLLATE "C";',
  "",
].join("\n");

export const appliedLine = /^silo:(\d+):([0-9a-f]{64})$/gm;

/** The digest of `appliedSql`, of a file. */
export const appliedDigest = ({ statements }: SqlScript): string =>
  sha256Of(
    statements
      .map(({ sql }) => sql)
      .join("")
      .replace(/[ \t\n\r\f;]/g, ""),
  );

export function migrationSql(migration: Migration): string {
  const { version, name, isAtomic } = migration;
  const insert = [
    "INSERT INTO supabase_migrations.schema_migrations (version, name, statements)",
    `VALUES ('${version}', ${literal(name)}, ${arrayOf(migration)})`,
    "ON CONFLICT (version) DO NOTHING",
  ].join(" ");
  if (isAtomic)
    return inTransaction(migration, version, `added AS (${insert} RETURNING statements)`);
  const isThere = `SELECT FROM supabase_migrations.schema_migrations WHERE version = '${version}'`;
  return [
    cleanSession,
    `WITH added AS (SELECT ${arrayOf(migration)} AS statements WHERE NOT EXISTS (${isThere}))`,
    runAdded(migration, version),
    // It cannot be undone, so it is recorded once it is done.
    cleanSession,
    `${insert};`,
    "",
  ].join("\n");
}

/** Files that fill a database are recorded in a table of their own. */
export function seedSql(seed: SqlScript): string {
  const insert = [
    "INSERT INTO supabase_migrations.seed_files (path, hash)",
    `VALUES (${literal(seed.file)}, '${seed.sha256}') ON CONFLICT (path) DO NOTHING RETURNING path`,
  ].join(" ");
  const added = `seeded AS (${insert}), added AS (SELECT ${arrayOf(seed)} AS statements FROM seeded)`;
  return inTransaction(seed, seedLabel, added);
}

export const seedLabel = "seed";

/** Printed before each statement, so that it is known which of them failed: file, and number from 1. */
export const placeLine = /^silo:(\w+):(\d+)$/gm;

const inTransaction = (script: SqlScript, label: string, added: string): string =>
  [cleanSession, "BEGIN;", `WITH ${added}`, runAdded(script, label), "COMMIT;", ""].join("\n");

/** What the file before has set ends with it. */
const cleanSession = "DISCARD ALL;\nSET client_encoding TO 'UTF8';";

const runAdded = ({ skipped }: SqlScript, label: string): string =>
  [
    `SELECT CASE part WHEN 0 THEN 'SELECT ''silo:${label}:' || number || '''' ELSE sql END`,
    "FROM added, unnest(added.statements) WITH ORDINALITY AS statement (sql, number),",
    "  (VALUES (0), (1)) AS parts (part)",
    `WHERE number <> ALL (ARRAY[${skipped.map((at) => at + 1).join(", ")}]::bigint[])`,
    "ORDER BY number, part",
    "\\gexec",
  ].join("\n");

const arrayOf = ({ statements }: SqlScript): string =>
  `ARRAY[${statements.map(({ sql }) => literal(sql)).join(", ")}]::text[]`;

const literal = (text: string): string =>
  `pg_catalog.convert_from(pg_catalog.decode('${Buffer.from(text).toString("base64")}', 'base64'), 'UTF8')`;
