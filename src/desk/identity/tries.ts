/** Failed tries by address: after some of them an address is not even looked at for a while. */

import type { Clock } from "#world/effects.ts";
import { Problem } from "../problem.ts";

const mostFailures = 10;
const windowMs = 60_000;
/** More addresses than this are forgotten, oldest first: the list must not be what fills memory. */
const mostAddresses = 10_000;

export interface Tries {
  /** Throws a 429 when the address has failed too often. */
  check(address: string): void;
  failed(address: string): void;
}

export function limitedTries(clock: Clock): Tries {
  const seen = new Map<string, { count: number; since: number }>();
  const current = (address: string) => {
    const entry = seen.get(address);
    if (!entry || clock.now() - entry.since >= windowMs) return undefined;
    return entry;
  };
  return {
    check(address) {
      const entry = current(address);
      if (!entry || entry.count < mostFailures) return;
      const left = entry.since + windowMs - clock.now();
      throw new Problem(429, "Too many failed tries from this address", {
        retryAfterSeconds: Math.ceil(left / 1_000),
      });
    },
    failed(address) {
      const entry = current(address);
      if (entry) entry.count++;
      else {
        seen.delete(address);
        seen.set(address, { count: 1, since: clock.now() });
      }
      const [oldest] = seen.keys();
      if (seen.size > mostAddresses && oldest !== undefined) seen.delete(oldest);
    },
  };
}
