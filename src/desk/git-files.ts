/** The specs of the default branch, without a checkout: what was merged is what the desk goes by. */

import type { GitHubConnection } from "#commands/types.ts";
import type { Files } from "#world/effects.ts";
import type { SpecPlace } from "./read-desk-specs.ts";

/** Two calls, whatever the number of silos. */
export async function readGitFiles(
  { github, repository }: GitHubConnection,
  { silosDir, configFile }: Pick<SpecPlace, "silosDir" | "configFile">,
): Promise<Files> {
  const { defaultBranch } = await github.repository(repository);
  const [specs, settings] = await Promise.all([
    github.readFolder(repository, defaultBranch, silosDir),
    github.readFiles(repository, defaultBranch, [configFile]),
  ]);
  const named = [...specs].map(([name, text]) => [`${silosDir}/${name}`, text] as const);
  return filesOf(new Map([...named, ...settings]));
}

/** Read-only; without folders but those of its paths. */
export function filesOf(texts: ReadonlyMap<string, string>): Files {
  const bytes = (path: string) => {
    const text = texts.get(path);
    if (text === undefined) throw new Error(`ENOENT: no such file ${path}`);
    return new TextEncoder().encode(text);
  };
  const below = (path: string) => [...texts.keys()].filter((one) => one.startsWith(`${path}/`));
  return {
    read: bytes,
    readStart: (path, length) => bytes(path).subarray(0, length),
    write: (path) => {
      throw new Error(`EROFS: ${path} is of the repository`);
    },
    exists: (path) => texts.has(path) || below(path).length > 0,
    list: (path) => {
      const names = below(path === "." ? "" : path).map((one) => one.slice(path.length + 1));
      const kinds = new Map(
        names.map((name) => {
          const [first = "", ...rest] = name.split("/");
          return [first, rest.length > 0 ? "folder" : "file"] as const;
        }),
      );
      return [...kinds]
        .map(([name, kind]) => ({ name, kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
