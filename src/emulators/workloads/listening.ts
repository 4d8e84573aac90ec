/** Which callers a bound address answers. */

import type { Listener } from "./program.ts";

/** Binds IPv6 and, as Linux does unless told otherwise, IPv4 with it. */
const everywhere = ["::", "[::]", "*"];
const loopback = ["127.0.0.1", "::1", "[::1]", "localhost"];

/** Something outside the machine could reach it, over one of the address families. */
export const answersOutside = (listener: Listener): boolean => !loopback.includes(listener.address);

/**
 * Flycast, `.internal` and the checks reach it. Stricter than Fly, whose proxy also reaches a
 * listener that is only on IPv4; `.internal` never does.
 */
export const answersPrivately = (listener: Listener): boolean =>
  everywhere.includes(listener.address);

export function answersOnLoopback(listener: Listener, host: string): boolean {
  if (everywhere.includes(listener.address)) return true;
  if (host.includes("::1")) return ["::1", "[::1]"].includes(listener.address);
  return ["127.0.0.1", "0.0.0.0", "localhost"].includes(listener.address);
}

export const isLoopback = (host: string): boolean =>
  loopback.includes(host) || host.startsWith("127.");

/** `.internal` and `.flycast` have AAAA records only. */
export const isPrivateName = (host: string): boolean => /\.(internal|flycast)$/.test(host);
