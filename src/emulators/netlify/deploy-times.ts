/** How long calls and the steps of a deploy take. The figures of `netlify` are assumptions. */

/** Milliseconds throughout. */
export interface DeployTimes {
  readonly readMs: number;
  readonly writeMs: number;
  /** From the order to the queue, and from there to a free builder. */
  readonly enqueuedMs: number;
  readonly startMs: number;
  /** After the start of the build, in order; the last one is when the deploy is ready. */
  readonly steps: readonly (readonly [state: string, afterMs: number])[];
  /** After the start of the build. */
  readonly errorMs: number;
  readonly timeoutMs: number;
}

export const noTimes: DeployTimes = {
  readMs: 0,
  writeMs: 0,
  enqueuedMs: 0,
  startMs: 0,
  steps: [["ready", 0]],
  errorMs: 0,
  // A build that hangs does so even where everything else is done at once.
  timeoutMs: 15 * 60_000,
};

export const netlifyTimes: DeployTimes = {
  readMs: 100,
  writeMs: 300,
  enqueuedMs: 500,
  startMs: 2_000,
  steps: [
    ["building", 0],
    ["preparing", 40_000],
    ["prepared", 41_000],
    ["uploading", 42_000],
    ["uploaded", 45_000],
    ["processing", 46_000],
    ["ready", 48_000],
  ],
  errorMs: 20_000,
  timeoutMs: 15 * 60_000,
};

export const readyAfterMs = ({ steps }: DeployTimes): number => steps.at(-1)?.[1] ?? 0;
