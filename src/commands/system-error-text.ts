/** What the operating system said no to: a path or a port that was given cannot be used. */

interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
  readonly port?: number;
}

/** `undefined` when it is an error of another kind. */
export function systemErrorText(error: unknown): string | undefined {
  if (!isSystemError(error)) return undefined;
  const { code, syscall, message, path, dest, port } = error;
  // `EISDIR: illegal operation on a directory, open 'x'`, `listen EADDRINUSE: address already …`
  const reason = message.match(/[A-Z0-9]+: ([^,]*)/)?.[1] ?? message;
  const what = dest ?? path ?? (port === undefined ? "" : `port ${port}`);
  return `Cannot ${verbs[syscall] ?? syscall} ${what}`.trimEnd().concat(`: ${reason} (${code})`);
}

const verbs: Readonly<Record<string, string>> = {
  rename: "write",
  mkdir: "make",
  scandir: "list",
  listen: "listen on",
};

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  "syscall" in error &&
  typeof error.syscall === "string";
