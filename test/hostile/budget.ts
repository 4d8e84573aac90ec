/**
 * How much is tried: a fixed number of cases by a fixed seed, so that a failure is one for everybody.
 * `SILO_FUZZ_SEED=7 SILO_FUZZ_TIMES=50 npx vitest run test/hostile` tries others, and more of them.
 */

import type { Parameters } from "fast-check";
import { afterAll } from "vitest";

const seed = Number(process.env.SILO_FUZZ_SEED ?? 1);
const times = Number(process.env.SILO_FUZZ_TIMES ?? 1);

export const budget = <T>(numRuns: number): Parameters<T> => ({ seed, numRuns: numRuns * times });

/** Counts the cases of a file, and says so once. */
export function tally(what: string): { count(): void } {
  let cases = 0;
  afterAll(() => console.log(`hostile ${what}: ${cases} cases, seed ${seed}`));
  return { count: () => void cases++ };
}
