/** A database as the emulators see it: who may log in, and what SQL answers. */

export interface SqlColumn {
  readonly name: string;
  /** Numbers are printed right-aligned. */
  readonly numeric: boolean;
}

export interface SqlResult {
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** The command tag, for example `INSERT 0 1`; empty for an empty query. */
  readonly tag: string;
}

/** What one simple query gave: results up to the first error. */
export interface SqlAnswer {
  readonly results: readonly SqlResult[];
  readonly notices: readonly SqlMessage[];
  readonly error?: SqlMessage;
}

export interface SqlMessage {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly context?: string;
  /** 1-based character in the query text. */
  readonly position?: number;
}

export interface SqlSession {
  /** One simple query, which may hold several statements; they are one transaction. */
  query(text: string): Promise<SqlAnswer>;
  end(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly database: string;
  /** `undefined` is a connection that the server trusts, as from its own loopback. */
  readonly password: string | undefined;
  /** What the client calls itself. */
  readonly applicationName?: string;
}

export interface Database {
  /** The server's FATAL message when it refuses. */
  connect(login: Login): Promise<SqlSession | SqlMessage>;
}

export const isSession = (answer: SqlSession | SqlMessage): answer is SqlSession =>
  "query" in answer;

/** Keeps the clusters of all emulated Postgres machines, by an id that lives with the volume. */
export interface PostgresHost {
  /** Whether there is a cluster of that id. */
  has(id: string): boolean;
  /** Makes a cluster: `bare` is initdb's alone, `image` has the roles and schemas of the image. */
  create(id: string, kind: "bare" | "image"): Promise<void>;
  /** Starts the server of a cluster and waits until it answers. */
  start(id: string): Promise<RunningDatabase>;
  /** Fast shutdown; nothing when it does not run. */
  stop(id: string): Promise<void>;
  /** As a snapshot of its disk would have it; nothing when there is no such cluster. */
  copy(from: string, to: string): Promise<void>;
  /** Stops the server and removes the data. */
  discard(id: string): Promise<void>;
  /** Stops everything, and removes what was kept in a temporary folder. */
  close(): Promise<void>;
}

export interface RunningDatabase extends Database {
  /** Where it answers on this machine; `undefined` when it is a model only. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
}
