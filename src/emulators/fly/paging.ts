/** Cursors: opaque to the client, good for 30 minutes from the first page. */

import { invalid } from "./errors.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | undefined;
}

const lifetimeMs = 30 * 60_000;

/**
 * A page of items sorted by `keyOf`. The cursor remembers the last key given out, so items that
 * move behind it are seen again and none is skipped.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  how: { readonly cursor: string | undefined; readonly limit: number; readonly nowMs: number },
): Page<T> {
  const { startedMs, after } =
    how.cursor === undefined ? { startedMs: how.nowMs, after: "" } : read(how.cursor);
  if (how.nowMs - startedMs > lifetimeMs) throw invalid("cursor has expired");
  const rest = after === "" ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, how.limit);
  const last = page.at(-1);
  const nextCursor =
    last === undefined || rest.length <= how.limit
      ? undefined
      : Buffer.from(JSON.stringify([startedMs, keyOf(last)])).toString("base64url");
  return { items: page, nextCursor };
}

function read(cursor: string): { startedMs: number; after: string } {
  try {
    const [startedMs, after]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (typeof startedMs === "number" && typeof after === "string") return { startedMs, after };
  } catch {
    // Not one of ours: refused below.
  }
  throw invalid("cursor is not valid");
}
