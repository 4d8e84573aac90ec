/** Bytes that are the same in every run of a test. */

import { createHash } from "node:crypto";
import type { Random } from "#world/effects.ts";

export function seededRandom(): Random {
  let count = 0;
  return {
    bytes: (length) =>
      Buffer.concat(
        Array.from({ length: Math.ceil(length / 32) }, () =>
          createHash("sha256").update(`test ${count++}`).digest(),
        ),
      ).subarray(0, length),
  };
}
