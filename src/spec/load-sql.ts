/**
 * The SQL files that specs name, named as the Supabase CLI names them: `20240131120000_users.sql`.
 * They are parsed here and run by an apply only, so that a pull request's files may be checked.
 */

import type { Silo } from "#silo/silo.ts";
import {
  type Migration,
  noSqlFiles,
  type SqlFiles,
  type SqlScript,
  sha256Of,
} from "#silo/sql-files.ts";
import type { FileEntry, Files } from "#world/effects.ts";
import { isProblem, shapeOf } from "./check-sql.ts";
import { type Finding, fileFinding, isError, problem } from "./finding.ts";
import { placeAgain } from "./load-spec.ts";
import { linkOnTheWay, notAFile } from "./read-folder.ts";
import { readStatements } from "./sql-statements.ts";

export interface LoadedSql {
  readonly sqlFiles: SqlFiles;
  readonly findings: readonly Finding[];
}

/** One for many silos: what several name is read once. */
export function makeSqlLoader(files: Files): (silo: Silo) => LoadedSql {
  const folders = new Map<string, Loaded<readonly Migration[]>>();
  const scripts = new Map<string, Loaded<SqlScript | undefined>>();
  return (silo) => {
    const { migrations, seed } = silo.spec.devenv;
    if (migrations === undefined && seed === undefined)
      return { sqlFiles: noSqlFiles, findings: [] };
    const folder = once(folders, migrations?.replace(/\/$/, ""), (path) => loadFolder(files, path));
    const script = once(scripts, seed, (path) => loadSeed(files, path));
    return {
      sqlFiles: { migrations: folder?.value ?? [], seed: script?.value },
      findings: [
        ...(folder ? placed(files, silo, "migrations", folder.findings) : []),
        ...(script ? placed(files, silo, "seed", script.findings) : []),
      ],
    };
  };
}

interface Loaded<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

function once<T>(
  known: Map<string, T>,
  path: string | undefined,
  load: (path: string) => T,
): T | undefined {
  if (path === undefined) return undefined;
  const loaded = known.get(path) ?? load(path);
  known.set(path, loaded);
  return loaded;
}

const missing = "NO_SQL";

/** What is not there is a mistake of the line that names it. */
function placed(
  files: Files,
  silo: Silo,
  key: "migrations" | "seed",
  findings: readonly Finding[],
): readonly Finding[] {
  return findings.map((finding) => {
    if (finding.code !== missing) return finding;
    const { code, message, fix } = finding;
    return placeAgain(files, silo.file, problem(code, ["devenv", key], message, fix));
  });
}

const fileName = /^([0-9]+)_(.*)\.sql$/;

function loadFolder(files: Files, folder: string): Loaded<readonly Migration[]> {
  const link = linkOnTheWay(files, folder);
  if (link) return { value: [], findings: [link] };
  let entries: readonly FileEntry[];
  try {
    entries = files.list(folder);
  } catch {
    return { value: [], findings: [isMissing(folder, "folder")] };
  }
  const findings: Finding[] = [];
  const migrations = new Map<string, Migration>();
  for (const { name, kind } of entries) {
    const file = `${folder}/${name}`;
    if (name.startsWith(".") || kind === "folder" || !name.endsWith(".sql")) continue;
    const [, version, title = ""] = fileName.exec(name) ?? [];
    if (kind !== "file") findings.push(notAFile(file, kind));
    else if (version === undefined) findings.push(misnamed(file));
    else if (migrations.has(version)) findings.push(twice(file, version));
    else {
      const { script, finding } = loadScript(files, file);
      if (finding) findings.push(finding);
      if (script) migrations.set(version, { ...script, version, name: title });
    }
  }
  const byVersion = [...migrations.values()].sort((a, b) => (a.version < b.version ? -1 : 1));
  return { value: findings.some(isError) ? [] : byVersion, findings };
}

function loadSeed(files: Files, file: string): Loaded<SqlScript | undefined> {
  const refuse = (finding: Finding) => ({ value: undefined, findings: [finding] });
  const link = linkOnTheWay(files, file);
  if (link) return refuse(link);
  if (!files.exists(file)) return refuse(isMissing(file, "file"));
  const { script, finding } = loadScript(files, file);
  return { value: script, findings: finding ? [finding] : [] };
}

/** The file goes to the machine in one request. */
const maxBytes = 1024 * 1024;
const decoder = new TextDecoder("utf-8", { fatal: true });

function loadScript(
  files: Files,
  file: string,
): { readonly script?: SqlScript; readonly finding?: Finding } {
  let bytes: Uint8Array;
  let text: string;
  try {
    bytes = files.readStart(file, maxBytes + 1);
    if (bytes.length > maxBytes) return { finding: tooLarge(file) };
    text = decoder.decode(bytes);
  } catch {
    return {
      finding: fileFinding(file, "UNREADABLE", "It is no readable UTF-8 text", "Save it as UTF-8"),
    };
  }
  const statements = readStatements(text);
  if ("code" in statements) {
    const { line, code, message } = statements;
    return { finding: { ...fileFinding(file, code, message, fixes[code]), line } };
  }
  const shape = shapeOf(statements);
  if (isProblem(shape)) {
    const { line, code, message, fix } = shape;
    return { finding: { ...fileFinding(file, code, message, fix), line } };
  }
  return {
    script: {
      file,
      sha256: sha256Of(bytes),
      statements: statements.map(({ sql, line }) => ({ sql, line })),
      ...shape,
    },
  };
}

const fixes = {
  SQL_SYNTAX: "Close it, or remove it",
  PSQL_COMMAND: "Remove it: files are run by the database, not by psql",
} as const;

const isMissing = (path: string, what: string): Finding =>
  fileFinding(
    path,
    missing,
    `There is no ${what} ${path}`,
    "Name it relative to the root of the repository",
  );

const misnamed = (file: string): Finding =>
  fileFinding(
    file,
    "MIGRATION_NAME",
    "The file is skipped: its name does not begin with digits and an underscore",
    "Rename it as `supabase migration new` would, for example 20240131120000_users.sql",
    "warning",
  );

const twice = (file: string, version: string): Finding =>
  fileFinding(
    file,
    "MIGRATION_TWICE",
    `Another file of the folder has the version ${version}`,
    "Give one of them a later version",
  );

const tooLarge = (file: string): Finding =>
  fileFinding(
    file,
    "SQL_TOO_LARGE",
    `The file is larger than ${maxBytes / 1024} KiB, which one request to the machine cannot carry`,
    "Make several files of it, or load it with psql by the connection string",
  );
