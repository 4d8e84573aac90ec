/** Lays what is written over what holds otherwise: mappings key by key, everything else whole. */

import type { Path } from "./finding.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** Parts that `written` does not mention are shared with `defaults`, not copied. */
export function fillDefaults(defaults: Mapping, written: Mapping): Mapping {
  const filled: Record<string, unknown> = { ...defaults };
  for (const key in written) {
    const own = written[key];
    const base = defaults[key];
    filled[key] = isMapping(own) && isMapping(base) ? fillDefaults(base, own) : own;
  }
  return filled;
}

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy without what stands at `paths`: the rest of a faulty file is still checked. */
export function without(value: Mapping, paths: readonly Path[]): Mapping {
  const copied = copyMapping(value);
  // Later items first, so that the indexes before them stay true.
  for (const path of paths.toReversed()) remove(copied, path);
  return copied;
}

const copyMapping = (value: Mapping): Mapping =>
  Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  return isMapping(value) ? copyMapping(value) : value;
}

function remove(root: unknown, path: Path): void {
  let parent = root;
  for (const step of path.slice(0, -1)) {
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, step) : undefined;
  }
  const last = path.at(-1);
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
}
