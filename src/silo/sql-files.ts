/** The SQL files of a silo, read and checked: migrations in order, and what a fresh database is filled with. */

import { createHash } from "node:crypto";

export interface SqlStatement {
  /** Without its semicolon. */
  readonly sql: string;
  /** Of the file, from 1: where it begins. */
  readonly line: number;
}

export interface SqlScript {
  /** Path relative to the repository. */
  readonly file: string;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly statements: readonly SqlStatement[];
  /** From 0: a BEGIN or COMMIT around all of it, for which ours stands. */
  readonly skipped: readonly number[];
  /** Whether it is one transaction; else it is one statement that may be in none. */
  readonly isAtomic: boolean;
}

export interface Migration extends SqlScript {
  /** The digits its file name begins with. */
  readonly version: string;
  readonly name: string;
}

export interface SqlFiles {
  /** By version, ascending. */
  readonly migrations: readonly Migration[];
  readonly seed: SqlScript | undefined;
}

export const noSqlFiles: SqlFiles = { migrations: [], seed: undefined };

export const sha256Of = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");
