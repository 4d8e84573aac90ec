/** The effects as Node gives them. */

import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, FileEntry, Files, Random } from "#world/effects.ts";

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal ? { signal } : {});
    } catch {
      throw signal?.reason;
    }
  },
};

export const cryptoRandom: Random = { bytes: (length) => randomBytes(length) };

export const nodeFiles: Files = {
  read: (path) => readFileSync(path),
  write: (path, content) => {
    mkdirSync(dirname(path), { recursive: true });
    // Whole or not at all, also when the process is killed.
    const half = `${path}.${process.pid}.tmp`;
    writeFileSync(half, content);
    renameSync(half, path);
  },
  list: (path) =>
    readdirSync(path, { withFileTypes: true })
      .map((entry): FileEntry => {
        const kind = entry.isFile()
          ? "file"
          : entry.isDirectory()
            ? "folder"
            : entry.isSymbolicLink()
              ? "link"
              : "other";
        const size = kind === "file" ? lstatSync(`${path}/${entry.name}`).size : 0;
        return { name: entry.name, kind, size };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  exists: (path) => existsSync(path),
};
