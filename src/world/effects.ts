/** The effects of the outside world, as ports. Everything that is not pure gets them as arguments. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A clock that jumps over waits stands still while real work (a thread, a child process) is done. */
  whileRealWork?<T>(work: Promise<T>): Promise<T>;
}

export interface Random {
  bytes(length: number): Uint8Array;
}

/** The global `fetch` signature: what clients call and what emulators are. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Synchronous on purpose: eight times faster than promises for thousands of small files. */
export interface Files {
  read(path: string): Uint8Array;
  /** At most so many bytes from the start: nobody's file is read whole before its size is known. */
  readStart(path: string, bytes: number): Uint8Array;
  write(path: string, content: string): void;
  /** Entries of a folder, sorted by name; throws when it does not exist. */
  list(path: string): readonly FileEntry[];
  exists(path: string): boolean;
}

export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}
