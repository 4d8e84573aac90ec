/** From when to when the keys of a generation hold, in seconds since the epoch. */

const secondsPerDay = 86_400;
/** Clocks of the services may be behind ours. */
const backdateSeconds = 60;

export function keyDates(
  nowMs: number,
  lifetimeDays: number,
): { readonly issuedAt: number; readonly expiresAt: number } {
  const issuedAt = Math.floor(nowMs / 1_000) - backdateSeconds;
  return { issuedAt, expiresAt: issuedAt + lifetimeDays * secondsPerDay };
}
