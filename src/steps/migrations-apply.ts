/**
 * SQL files of a silo, in order, once each, as `postgres`: when the services are up whose tables they
 * refer to, and before Kong opens. A file that fails leaves nothing behind and keeps nothing else from
 * running; the next run goes on with it.
 */

import { keys, type Metadata } from "#silo/record.ts";
import type { Migration, SqlScript } from "#silo/sql-files.ts";
import {
  closedSeedMark,
  filesDigest,
  freshSeedMark,
  migrationsMark,
  type SqlWork,
  sqlWork,
  sqlWorkText,
} from "#state/migrations.ts";
import { currentMachine } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { keysOf, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import {
  appliedDigest,
  appliedLine,
  appliedSql,
  historySql,
  migrationSql,
  placeLine,
  seedLabel,
  seedSql,
} from "./migration-sql.ts";
import { firstBootMark, passwordsSetKey } from "./passwords-set.ts";
import { rlsSetKey } from "./rls-set.ts";
import { runSql } from "./run-sql.ts";
import type { FieldChange, StepWorld } from "./types.ts";

export const migrationsKind = "migrations-apply";

/** What waits for them ends well whether they do or not. */
export const migrationsKey = (slug: string): string => serviceKey(slug, "postgres", migrationsKind);

const timeoutMs = 30 * 60_000;

export const migrationsApply: StepRule = (situation) => {
  const { silo, power, observed } = situation;
  const { slug } = silo;
  const machine = currentMachine(observed.services.postgres);
  const marks = machine ? machine.metadata : firstBootMark(situation);
  const work = sqlWork(silo, marks);
  if (power.state !== "running" || !work) return [];
  return [
    serviceStep(situation, "postgres", migrationsKind, {
      effect: "update",
      text: `Apply to the database of ${slug} ${sqlWorkText(silo, work)}`,
      changes: changesOf(situation, marks, work),
      after: [
        `${slug}/record-open`,
        // Migrations refer to tables of GoTrue and Storage, which make them when they start.
        ...["machine-create", "machine-update", "machine-start", "health-wait"].flatMap((kind) =>
          keysOf(slug, ["postgres", "gotrue", "storage"], kind),
        ),
        // It ends all connections.
        passwordsSetKey(slug),
        rlsSetKey(slug),
      ],
      timeoutMs,
      run: (world) => applyFiles(world, situation, work, marks),
    }),
  ];
};

/** Names what the files say, so that an approved plan applies no others. */
function changesOf(
  { silo }: Situation,
  marks: Metadata,
  { pending, seed }: SqlWork,
): readonly FieldChange[] {
  const all = silo.sqlFiles?.migrations ?? [];
  const before = marks[keys.migrations]?.split(":")[0];
  const from = pending ? `${all.length - pending.length}` : (before ?? "(unknown)");
  return [
    ...(pending?.length === 0
      ? []
      : [{ field: "migrations", from, to: `${all.length}, digest ${filesDigest(all)}` }]),
    ...(seed ? [{ field: "seed", from: "(none)", to: seed.sha256.slice(0, 16) }] : []),
  ];
}

async function applyFiles(
  world: StepWorld,
  situation: Situation,
  { pending, seed }: SqlWork,
  marks: Metadata,
): Promise<void> {
  const all = situation.silo.sqlFiles?.migrations ?? [];
  let left = pending ?? (await newOnes(world, situation, all));
  const record = (more: Readonly<Record<string, string>> = {}) =>
    patch(world, situation, {
      ...(all.length > 0 && {
        [keys.migrations]: migrationsMark(all.slice(0, all.length - left.length)),
      }),
      ...more,
    });
  while (left.length > 0) {
    const batch = batchOf(left);
    const { failure, done } = await runFiles(world, situation, batch, ({ version }) => version);
    left = left.slice(done);
    if (!failure) continue;
    await record();
    throw failure;
  }
  if (seed) {
    const { failure } = await runFiles(world, situation, [seed], () => seedLabel);
    if (failure) await record();
    if (failure) throw failure;
  }
  // A database that was given its first migrations is fresh no more.
  await record(marks[keys.seed] === freshSeedMark ? { [keys.seed]: closedSeedMark } : {});
}

/** As the Supabase CLI has it: nothing is applied out of order, and nothing is applied again. */
async function newOnes(
  world: StepWorld,
  situation: Situation,
  all: readonly Migration[],
): Promise<readonly Migration[]> {
  const { exit_code, stdout, stderr } = await psql(world, situation, `${historySql}${appliedSql}`);
  if (exit_code !== 0) throw new Error(databaseError(stderr).message);
  const applied = new Map(
    [...stdout.matchAll(appliedLine)].map(([, version = "", digest = ""]) => [version, digest]),
  );
  const known = new Map(all.map((migration) => [migration.version, migration]));
  const gone = [...applied.keys()].filter((version) => !known.has(version));
  const folder = situation.silo.spec.devenv.migrations;
  if (gone.length > 0) {
    throw new Error(
      `the database has migrations that are not in ${folder}: ${gone.join(", ")}; put the files back, or delete their rows of supabase_migrations.schema_migrations`,
    );
  }
  const left = all.filter(({ version }) => !applied.has(version));
  const [last = ""] = [...applied.keys()].sort().slice(-1);
  const late = left.filter(({ version }) => version < last);
  if (late.length > 0) {
    const files = late.map(({ file }) => file).join(", ");
    throw new Error(
      `${files}: older than ${last}, which is applied already; give it a later version`,
    );
  }
  for (const migration of all) {
    const digest = applied.get(migration.version);
    if (digest === undefined || digest === appliedDigest(migration)) continue;
    world.note(
      `${migration.file} was changed after it was applied, and is not applied again: write a new migration`,
    );
  }
  return left;
}

/** So many bytes, or one file, go to the machine at once. */
const batchBytes = 256 * 1024;

function batchOf(files: readonly Migration[]): readonly Migration[] {
  let bytes = 0;
  const end = files.findIndex(({ statements }) => {
    bytes += statements.reduce((sum, { sql }) => sum + sql.length, 0);
    return bytes > batchBytes;
  });
  return end < 0 ? files : files.slice(0, Math.max(1, end));
}

interface FilesRun {
  /** How many of them are in the database now. */
  readonly done: number;
  readonly failure: Error | undefined;
}

async function runFiles<T extends SqlScript>(
  world: StepWorld,
  situation: Situation,
  files: readonly T[],
  labelOf: (file: T) => string,
): Promise<FilesRun> {
  const isMigration = (file: SqlScript): file is Migration => "version" in file;
  const scripts = files.map((file) => (isMigration(file) ? migrationSql(file) : seedSql(file)));
  const { exit_code, stdout, stderr } = await psql(
    world,
    situation,
    [historySql, ...scripts].join(""),
  );
  if (exit_code === 0) return { done: files.length, failure: undefined };
  const [, label, number] = [...stdout.matchAll(placeLine)].at(-1) ?? [];
  const at = Math.max(
    0,
    files.findIndex((file) => labelOf(file) === label),
  );
  const file = files[at];
  const { message, line } = databaseError(stderr);
  const statement = label === undefined ? undefined : file?.statements[Number(number) - 1];
  const place = statement ? `:${statement.line + line - 1}` : "";
  return { done: at, failure: new Error(`${file?.file}${place}: ${message}`) };
}

/** What psql says of the statement that ended it; the line is one of the statement. */
function databaseError(stderr: string): { readonly message: string; readonly line: number } {
  const [, message] = /^(?:psql:\S+ )?((?:ERROR|FATAL|PANIC): .*)$/m.exec(stderr) ?? [];
  const [, line] = /^LINE (\d+):/m.exec(stderr) ?? [];
  return {
    message: (message ?? (stderr.trim() || "psql failed and did not say why")).slice(0, 500),
    line: Number(line ?? 1),
  };
}

/** Running a script again is harmless: one that is still at work lets the other wait, and then find its rows. */
const psql = (world: StepWorld, { silo, desired }: Situation, sql: string) =>
  runSql(world, desired.postgres.app, {
    operation: `apply SQL files to the database of ${silo.slug}`,
    role: "postgres",
    sql,
    timeoutSeconds: 60,
    tries: 15,
  });

async function patch(
  { fly, facts }: StepWorld,
  { desired }: Situation,
  marks: Readonly<Record<string, string>>,
): Promise<void> {
  const id = facts.machineIds.get("postgres");
  if (id && Object.keys(marks).length > 0) await fly.patchMetadata(desired.postgres.app, id, marks);
}
