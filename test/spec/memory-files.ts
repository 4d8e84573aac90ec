/** A tree of files in memory, as the loader sees one. */

import type { FileEntry, Files } from "#world/effects.ts";

export type Content = string | Uint8Array | { readonly kind: FileEntry["kind"] };

/** Folders are what the paths imply. */
export function memoryFiles(contents: Readonly<Record<string, Content>>): Files {
  const paths = Object.keys(contents);
  const contentOf = (path: string): Content => {
    const content = contents[path];
    if (content === undefined) throw new Error(`ENOENT: ${path}`);
    return content;
  };
  const read = (path: string): Uint8Array => {
    const content = contentOf(path);
    if (typeof content === "string") return new TextEncoder().encode(content);
    if (content instanceof Uint8Array) return content;
    throw new Error(`EISDIR: ${path}`);
  };
  return {
    read,
    readStart: (path, bytes) => read(path).subarray(0, bytes),
    write() {
      throw new Error("Nothing may be written");
    },
    list(path) {
      const prefix = path === "." ? "" : `${path}/`;
      const below = paths.filter((each) => each.startsWith(prefix));
      if (below.length === 0) throw new Error(`ENOENT: ${path}`);
      const names = new Set(below.map((each) => each.slice(prefix.length).split("/")[0] ?? ""));
      return [...names].sort().map((name) => entryOf(name, contents[`${prefix}${name}`]));
    },
    exists: (path) => paths.some((each) => each === path || each.startsWith(`${path}/`)),
  };
}

function entryOf(name: string, content: Content | undefined): FileEntry {
  if (content === undefined) return { name, kind: "folder" };
  if (typeof content === "string" || content instanceof Uint8Array) {
    return { name, kind: "file" };
  }
  return { name, kind: content.kind };
}
