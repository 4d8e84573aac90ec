/** The effects as Node gives them. */

import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Clock, FileEntry, Files, Random } from "#world/effects.ts";

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", abort, { once: true });
    }),
};

export const cryptoRandom: Random = {
  bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
};

export const nodeFiles: Files = {
  read: (path) => readFileSync(path),
  readStart: (path, bytes) => {
    const file = openSync(path, plainFile);
    try {
      const slab = slabOf(bytes);
      let length = 0;
      for (let got = -1; got !== 0 && length < bytes; length += got) {
        got = readSync(file, slab, length, bytes - length, null);
      }
      return Buffer.from(slab.subarray(0, length));
    } finally {
      closeSync(file);
    }
  },
  write: (path, content) => {
    mkdirSync(dirname(path), { recursive: true });
    // Whole or not at all, also when the process is killed.
    const half = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(half, content);
      renameSync(half, path);
    } catch (error) {
      rmSync(half, { force: true });
      // The name it was to have is what the user knows.
      throw Object.assign(error instanceof Error ? error : new Error(String(error)), {
        dest: path,
      });
    }
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
        return { name: entry.name, kind };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  exists: (path) => existsSync(path),
};

/** What was listed as a file may have become a link or a pipe since; Windows has neither flag. */
const plainFile = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

let slab: Buffer = Buffer.alloc(0);

/** One buffer for all reads: thousands of small files are read one after another. */
function slabOf(bytes: number): Buffer {
  if (slab.length < bytes) slab = Buffer.allocUnsafeSlow(bytes);
  return slab;
}
