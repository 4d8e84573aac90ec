/** The whole state as JSON, and back. Holds the values of the emulated secrets. */

import type { RepoRow } from "./entities.ts";

export interface SavedGitHub {
  readonly format: 1;
  /** State of chance and of the counter of ids. */
  readonly random: number;
  readonly lastId: number;
  readonly atMs: number;
  readonly repos: readonly unknown[];
}

export function saveRepos(repos: ReadonlyMap<string, RepoRow>): readonly unknown[] {
  const text = JSON.stringify([...repos.values()], (_key, value) =>
    value instanceof Map ? { $map: [...value] } : value,
  );
  return JSON.parse(text);
}

export function loadRepos(saved: readonly unknown[]): readonly RepoRow[] {
  return JSON.parse(JSON.stringify(saved), (_key, value) =>
    isSavedMap(value) ? new Map(value.$map) : value,
  );
}

function isSavedMap(value: unknown): value is { $map: [unknown, unknown][] } {
  return (
    typeof value === "object" && value !== null && "$map" in value && Array.isArray(value.$map)
  );
}
