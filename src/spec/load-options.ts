import type { Silo } from "#silo/silo.ts";

/** What is loaded, and what it is checked against. */
export interface LoadOptions {
  readonly silosDir: string;
  readonly configFile: string;
  /** Files to load, in `silosDir`. Left out, all of them. */
  readonly paths?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly env?: { readonly GITHUB_REPOSITORY?: string | undefined };
  /** US dollars a month of a silo that is always awake. Asked only where a budget is set. */
  readonly monthlyCost?: (silo: Silo) => number;
}
