/**
 * Which SQL files a database still has to be given. The truth is its own table of migrations, as the
 * Supabase CLI keeps it; a mark on the Postgres machine says how many of the files are known to be in
 * it, so that no plan needs SQL. Where the mark is missing or of other files, only the database knows.
 */

import { digestOf } from "#silo/canonical-json.ts";
import { keys, type Metadata } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { Migration, SqlScript } from "#silo/sql-files.ts";

export interface SqlWork {
  /** `undefined`: those that are new, which only the database knows. */
  readonly pending: readonly Migration[] | undefined;
  /** Fills a database that was fresh. */
  readonly seed: SqlScript | undefined;
}

/** Of a database that was made on an empty volume, and was given nothing yet. */
export const freshSeedMark = "due";
export const closedSeedMark = "done";

/** `undefined` when there is nothing to do, or nobody has read the files. */
export function sqlWork({ sqlFiles }: Silo, marks: Metadata): SqlWork | undefined {
  if (!sqlFiles) return undefined;
  const isFresh = marks[keys.seed] === freshSeedMark;
  const seed = isFresh ? sqlFiles.seed : undefined;
  const pending = pendingOf(sqlFiles.migrations, marks[keys.migrations], isFresh);
  return pending?.length === 0 && !seed ? undefined : { pending, seed };
}

function pendingOf(
  migrations: readonly Migration[],
  mark: string | undefined,
  isFresh: boolean,
): readonly Migration[] | undefined {
  if (migrations.length === 0 || (mark === undefined && isFresh)) return migrations;
  const count = Number(mark?.split(":")[0]);
  const isKnown = mark !== undefined && mark === migrationsMark(migrations.slice(0, count));
  return isKnown ? migrations.slice(count) : undefined;
}

/** Of the files that are in the database. */
export const migrationsMark = (applied: readonly Migration[]): string =>
  `${applied.length}:${filesDigest(applied)}`;

export const filesDigest = (files: readonly SqlScript[]): string =>
  digestOf(files.map(({ file, sha256 }) => [file.slice(file.lastIndexOf("/") + 1), sha256])).slice(
    0,
    16,
  );

/** The work in words, as an imperative. */
export function sqlWorkText({ sqlFiles, spec }: Silo, { pending, seed }: SqlWork): string {
  const all = sqlFiles?.migrations ?? [];
  const what =
    pending === undefined
      ? [`the migrations of ${spec.devenv.migrations} that are new to it, of ${all.length}`]
      : pending.length > 0
        ? [`${count(pending.length, "migration")}: ${names(pending)}`]
        : [];
  return [...what, ...(seed ? [`the seed ${seed.file}`] : [])].join(", then ");
}

const shownNames = 5;

function names(migrations: readonly Migration[]): string {
  const shown = migrations.slice(0, shownNames).map(({ version, name }) => `${version}_${name}`);
  const more = migrations.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

const count = (amount: number, noun: string): string =>
  `${amount} ${noun}${amount === 1 ? "" : "s"}`;
