import type { Seeded } from "../seeded.ts";

/** As sites and values have them; the version nibbles are in their places. */
export function uuid(ids: Seeded): string {
  const [a, b, c, d, e] = [ids.hex(8), ids.hex(4), ids.hex(3), ids.hex(3), ids.hex(12)];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}

/** As teams, builds and deploys have them. */
export function objectId(ids: Seeded): string {
  return ids.hex(24);
}
