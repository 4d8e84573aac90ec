/** A file that is only ever added to, and that nobody else may read. */

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface AppendOnly {
  append(line: string): void;
  close(): void;
}

export function appendOnly(path: string): AppendOnly {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a", 0o600);
  return { append: (line) => void writeSync(file, line), close: () => closeSync(file) };
}
