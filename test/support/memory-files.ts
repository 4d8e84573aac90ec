/** A file system in memory. */

import type { FileEntry, Files } from "#world/effects.ts";

export interface MemoryFiles extends Files {
  readonly content: Map<string, string>;
}

export function memoryFiles(initial: Readonly<Record<string, string>> = {}): MemoryFiles {
  const content = new Map(Object.entries(initial));
  const find = (path: string) => {
    const text = content.get(path);
    if (text === undefined) throw new Error(`ENOENT: no such file ${path}`);
    return text;
  };
  return {
    content,
    read: (path) => new TextEncoder().encode(find(path)),
    readStart: (path, bytes) => new TextEncoder().encode(find(path)).subarray(0, bytes),
    write: (path, text) => void content.set(path, text),
    exists: (path) =>
      content.has(path) || [...content.keys()].some((key) => key.startsWith(`${path}/`)),
    list: (path) => {
      const entries = new Map<string, FileEntry>();
      for (const key of content.keys()) {
        if (!key.startsWith(`${path}/`)) continue;
        const [name = "", ...rest] = key.slice(path.length + 1).split("/");
        const kind = rest.length > 0 ? "folder" : "file";
        entries.set(name, { name, kind });
      }
      if (entries.size === 0) throw new Error(`ENOENT: no such folder ${path}`);
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
