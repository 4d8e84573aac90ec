/** What a push changed, as far as it decides who has to agree. */

import type { GitHubConnection } from "#commands/types.ts";
import type { Silo } from "#silo/silo.ts";
import { loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";
import type { ChangedFile } from "#world/github.ts";
import type { Event } from "./event.ts";
import type { Inputs } from "./inputs.ts";
import { textAt } from "./json.ts";
import { newRecipients } from "./recipients.ts";

export interface Change {
  /** Undefined when it cannot be told what changed. */
  readonly files: readonly ChangedFile[] | undefined;
  /** Of those that run with our credentials, or say what they may do. */
  readonly guarded: readonly string[];
  /** Who gets something that got nothing before, by silo. */
  readonly recipients: ReadonlyMap<string, readonly string[]>;
}

const guardedPaths = /^(\.github\/|dist\/|action\.ya?ml$)/;

export async function readChange(
  { github, repository }: GitHubConnection,
  event: Pick<Event, "name" | "payload" | "sha">,
  { silosDir, configFile }: Pick<Inputs, "silosDir" | "configFile">,
  silos: readonly Silo[],
): Promise<Change> {
  const before = event.name === "push" ? textAt(event.payload, "before") : undefined;
  const isKnown = before !== undefined && !/^0+$/.test(before);
  const files = isKnown ? await github.changedFiles(repository, before, event.sha) : undefined;
  if (!isKnown || !files) return { files: undefined, guarded: [], recipients: new Map() };
  const paths = files.flatMap(({ path, previousPath }) => [path, previousPath ?? path]);
  const specPaths = [...new Set(paths)].filter(
    (path) => path.startsWith(`${silosDir}/`) && path.endsWith(".yml"),
  );
  const old = await github.readFilesAt(repository, before, [...specPaths, configFile]);
  const isChanged = ({ file }: Silo) => specPaths.includes(file);
  const unchanged = silos.filter((silo) => !isChanged(silo));
  const formerly = loadSilos(onlyFiles(old), { silosDir, configFile, now: 0 }).silos;
  return {
    files,
    guarded: [...new Set(paths)].filter(
      (path) => guardedPaths.test(path) || path === configFile.replace(/^(\.\/)+/, ""),
    ),
    recipients: newRecipients(silos.filter(isChanged), [...unchanged, ...formerly], repository),
  };
}

/** Whether a push is about a silo: its spec, or SQL that its spec names. */
export function isOf({ files = [] }: Change, { file, spec }: Silo): boolean {
  const folders = [spec.devenv.migrations, spec.devenv.seed].filter((path) => path !== undefined);
  return files.some(
    ({ path, previousPath }) =>
      [path, previousPath].includes(file) ||
      folders.some(
        (folder) => path === folder || path.startsWith(`${folder.replace(/\/+$/, "")}/`),
      ),
  );
}

/** A tree that holds nothing else. */
function onlyFiles(texts: ReadonlyMap<string, string>): Files {
  const read = (path: string): Uint8Array => {
    const text = texts.get(path);
    if (text === undefined) throw new Error(`${path} was not there`);
    return new TextEncoder().encode(text);
  };
  return {
    read,
    readStart: (path, bytes) => read(path).subarray(0, bytes),
    write: () => {
      throw new Error("Nothing is written into the past");
    },
    exists: (path) => texts.has(path),
    list: (folder) =>
      [...texts.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => ({ name: path.slice(folder.length + 1), kind: "file" as const }))
        .filter(({ name }) => !name.includes("/"))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
