export interface Location {
  readonly line: number;
  readonly column: number;
}

/** The document cannot be run: nothing of it is. */
export class QueryProblem extends Error {
  override readonly name = "QueryProblem";
  readonly location: Location;
  readonly more: Readonly<Record<string, unknown>>;
  constructor(message: string, location: Location, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.location = location;
    this.more = more;
  }
}

/** One field cannot be answered: it is null, the others stand. */
export class FieldFailure extends Error {
  override readonly name = "FieldFailure";
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
