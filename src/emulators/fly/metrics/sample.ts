/** A series of samples, and where its values come from. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** A value over time; absent where nothing was measured. */
export interface Source {
  readonly labels: Labels;
  readonly valueAt: (atMs: number) => number | undefined;
}

export interface Series {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

export interface Span {
  /** Exclusive. */
  readonly fromMs: number;
  /** Inclusive. */
  readonly toMs: number;
}
