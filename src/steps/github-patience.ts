/**
 * GitHub asks for a second between two writes, and all silos of a run share it: a step may wait
 * long for its turn. The calls themselves have their own, much shorter limits.
 */

/** For a fleet of some two hundred silos. */
export const handOutTimeoutMs = 60 * 60_000;
/** Then the machines are stopped all the same, and the next run takes back what was left. */
export const withdrawTimeoutMs = 10 * 60_000;
