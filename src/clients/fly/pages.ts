/** Reads a list to its end. A page may be empty while more follow; only a missing cursor ends it. */

import { ShapeError } from "../shape.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  readonly errorRegions?: readonly string[];
}

const mostPages = 1_000;

/** Later copies win: what changes while pages are read moves to a later one. */
export async function readPages<T>(options: {
  readonly page: (cursor: string | undefined) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
  /** The error to throw when the list has no end. */
  readonly endless: (why: string) => Error;
}): Promise<{ readonly items: readonly T[]; readonly errorRegions: readonly string[] }> {
  const found = new Map<string, T>();
  const errorRegions = new Set<string>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await options.page(cursor);
    for (const item of page.items) found.set(options.idOf(item), item);
    for (const region of page.errorRegions ?? []) errorRegions.add(region);
    cursor = page.next;
    if (cursor === undefined)
      return { items: [...found.values()], errorRegions: [...errorRegions] };
    if (cursors.has(cursor)) throw options.endless("the API gave the same cursor twice");
    cursors.add(cursor);
  }
  throw options.endless(`the list has more than ${mostPages} pages`);
}

/** The cursor in a body or header: absent, null and empty mean the end. */
export function readCursor(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new ShapeError("the cursor is not text");
  return value;
}

export function pageQuery(
  limit: number | undefined,
  cursor: string | undefined,
): (readonly [string, string])[] {
  return [
    ...(limit === undefined ? [] : [["limit", String(limit)] as const]),
    ...(cursor === undefined ? [] : [["cursor", cursor] as const]),
  ];
}
