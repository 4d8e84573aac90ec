/** Places that keep secrets and variables: a repository, or one of its environments. */

import type { EnvironmentRow, RepoRow, SettingRow, Vault } from "./entities.ts";
import { notFound, unprocessable } from "./errors.ts";
import type { Hub } from "./hub.ts";

export function newVault(hub: Hub): Vault {
  return {
    keyId: hub.chance.pick("0123456789", 18),
    privateKey: hub.chance.hex(64),
    secrets: new Map(),
    variables: new Map(),
  };
}

/** Private repositories of a free account have no environments to configure. */
export function hasEnvironments(repo: RepoRow): boolean {
  return !repo.isPrivate || repo.plan !== "free";
}

export function environmentOf(repo: RepoRow, name: string): EnvironmentRow {
  const found = repo.environments.get(name.toLowerCase());
  if (!found) throw notFound();
  return found;
}

/** The vault that a path names: `environment` is in its parameters, or the repository is meant. */
export function vaultOf(repo: RepoRow, environment: string | undefined): Vault {
  if (environment === undefined) return repo.vault;
  if (!hasEnvironments(repo)) throw notFound();
  return environmentOf(repo, environment).vault;
}

const mostBytes = 48 * 1024;

/** Names are kept in capitals; throws for one that GitHub refuses. */
export function settingName(given: string, what: "Secret" | "Variable"): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given)) {
    throw unprocessable(
      `${what} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). ` +
        "Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).",
    );
  }
  const name = given.toUpperCase();
  if (name.startsWith("GITHUB_")) {
    throw unprocessable(`${what} names must not start with GITHUB_.`);
  }
  return name;
}

/** Whether it was there before. */
export function putSetting(
  rows: Map<string, SettingRow>,
  setting: { readonly name: string; readonly value: string; readonly at: number },
  limit: { readonly most: number; readonly what: string },
): boolean {
  const { name, value, at } = setting;
  if (Buffer.byteLength(value) > mostBytes) {
    throw unprocessable(`${limit.what} value is too large: the limit is 48 KB.`);
  }
  const found = rows.get(name);
  if (!found && rows.size >= limit.most) {
    throw unprocessable(`${limit.what} limit of ${limit.most} reached.`);
  }
  rows.set(name, { name, value, createdMs: found?.createdMs ?? at, updatedMs: at });
  return found !== undefined;
}

export function settingOf(rows: Map<string, SettingRow>, name: string): SettingRow {
  const found = rows.get(name.toUpperCase());
  if (!found) throw notFound();
  return found;
}

/** As the lists of GitHub are: by name. */
export function byName<T extends { readonly name: string }>(rows: Iterable<T>): readonly T[] {
  return [...rows].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
