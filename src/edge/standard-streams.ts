/** Standard input and output, for a protocol that is spoken over them. */

import type { Readable, Writable } from "node:stream";

export interface StandardStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** The other side will send nothing more. */
  readonly ended: Promise<void>;
}

export const standardStreams = (): StandardStreams => ({
  input: process.stdin,
  output: process.stdout,
  ended: new Promise((resolve) => {
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
  }),
});
