/** Where the data folder of a Postgres machine is, and whether it is on the volume. */

import type { Guest } from "./program.ts";

const defaultFolder = "/var/lib/postgresql/data";

/** What the machine runs instead of the image's command, with the scripts it names. */
export function commandText({ container }: Guest): string | undefined {
  const { command, files } = container;
  if (!command) return undefined;
  const scripts = Object.entries(files).filter(([path]) =>
    command.some((word) => word.includes(path)),
  );
  return [...command, ...scripts.map(([, text]) => text)].join("\n");
}

/** initdb follows PGDATA; the server follows `-c data_directory=`, else its configuration file. */
export function dataFolder(guest: Guest): { readonly initdb: string; readonly server: string } {
  const text = commandText(guest) ?? "";
  const moved = /data_directory=['"]?([^\s'"]+)/.exec(text)?.[1];
  const initdb = trim(guest.container.env.PGDATA ?? defaultFolder);
  return { initdb, server: trim(moved ?? defaultFolder) };
}

export type PlacedData =
  | { readonly kind: "volume"; readonly data: Map<string, string> }
  /** On the root file system: gone with the next stop. */
  | { readonly kind: "none" }
  | { readonly kind: "lost-and-found"; readonly path: string };

export function placeData(guest: Guest): PlacedData {
  const { volume } = guest.machine;
  const folder = dataFolder(guest).initdb;
  if (!volume) return { kind: "none" };
  const mount = trim(volume.path);
  // A fresh ext4 volume is not empty, and PG_VERSION can never come to be beside lost+found.
  if (mount === folder) return { kind: "lost-and-found", path: folder };
  return folder.startsWith(`${mount}/`) ? { kind: "volume", data: volume.data } : { kind: "none" };
}

const trim = (path: string): string => path.replace(/\/+$/, "");
