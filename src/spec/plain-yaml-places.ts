/** Where the keys and values of plain YAML stand: noted while a text is read a second time. */

import type { Path } from "./finding.ts";
import type { Cursor, Place, Places } from "./plain-yaml-cursor.ts";
import { type Position, positionAt } from "./position.ts";

/** Notes an entry; the cursor stands behind its colon, or at its value. */
export function notePlace(
  { places, codes, at }: Cursor,
  parent: object,
  key: string | number,
  keyAt: number,
): void {
  let value = at;
  while (codes[value] === 0x20) value += 1;
  const code = codes[value];
  // A value that stands on lines of its own, or is left out, is located at its key.
  const isBelow = value >= codes.length || code === 0x0a || code === 0x23;
  const entries = places?.get(parent) ?? new Map<string, Place>();
  entries.set(String(key), { key: keyAt, value: isBelow ? keyAt : value });
  places?.set(parent, entries);
}

/** Position of the key or value at `path`, or of the deepest part of it that is there. */
export function locateIn(
  text: string,
  root: object,
  places: Places,
  path: Path,
  at: "key" | "value",
): Position {
  const first = places.get(root)?.values().next().value;
  let offset = first?.key ?? 0;
  let here: unknown = root;
  for (const [depth, step] of path.entries()) {
    const place = isObject(here) ? places.get(here)?.get(String(step)) : undefined;
    if (place === undefined) break;
    offset = at === "key" && depth === path.length - 1 ? place.key : place.value;
    here = isObject(here) ? Reflect.get(here, step) : undefined;
  }
  return positionAt(text, offset);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
