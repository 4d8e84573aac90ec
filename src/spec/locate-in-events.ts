/** Where a path of the data stands in a text that the whole parser has read. */

import { COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from "js-yaml";
import type { Path } from "./finding.ts";
import { type Position, positionAt } from "./position.ts";

/**
 * Position of the key or value at `path`, or of the deepest part of the path that is there.
 * The value of a block collection is located at its key.
 */
export function locateInEvents(
  { text, events }: { readonly text: string; readonly events: readonly Event[] },
  path: Path,
  at: "key" | "value",
): Position {
  let index = 1;
  let offset = startOf(events[index]) ?? 0;
  for (const [depth, step] of path.entries()) {
    const entry = findEntry(text, events, index, step);
    if (entry === undefined) break;
    const isLast = depth === path.length - 1;
    const value = isLast && at === "key" ? undefined : valueOffset(events[entry.value]);
    offset = value ?? startOf(events[entry.key]) ?? offset;
    index = entry.value;
  }
  return positionAt(text, offset);
}

interface Entry {
  /** Index of the event of the key; of the item itself in a sequence. */
  readonly key: number;
  readonly value: number;
}

function findEntry(
  text: string,
  events: readonly Event[],
  at: number,
  step: string | number,
): Entry | undefined {
  const collection = events[at];
  const isMapping = collection?.type === EVENT_ID.MAPPING;
  if (!isMapping && collection?.type !== EVENT_ID.SEQUENCE) return undefined;
  let index = at + 1;
  for (let count = 0; ; count += 1) {
    const key = events[index];
    if (key === undefined || key.type === EVENT_ID.POP) return undefined;
    const value = isMapping ? afterNode(events, index) : index;
    const name = isMapping ? keyText(text, key) : String(count);
    if (name === String(step)) return { key: index, value };
    index = afterNode(events, value);
  }
}

export const keyText = (text: string, event: Event | undefined): string | undefined =>
  event?.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : undefined;

/** Index of the event that follows the node at `index`. */
export function afterNode(events: readonly Event[], index: number): number {
  let depth = 0;
  for (let here = index; here < events.length; here += 1) {
    const type = events[here]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth += 1;
    if (type === EVENT_ID.POP) depth -= 1;
    if (depth <= 0) return here + 1;
  }
  return events.length;
}

function valueOffset(event: Event | undefined): number | undefined {
  const isBlock =
    (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) &&
    event.style === COLLECTION_STYLE.BLOCK;
  return isBlock ? undefined : startOf(event);
}

/** Offset at which a node begins, its quote included. */
export function startOf(event: Event | undefined): number | undefined {
  if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
  if (event?.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return undefined;
  const isQuoted =
    event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  return isQuoted ? event.valueStart - 1 : event.valueStart;
}
