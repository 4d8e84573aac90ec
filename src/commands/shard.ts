/** A part of the silos, `i/n`: the same one whoever asks, whatever other silos there are. */

import { digestOf } from "#silo/canonical-json.ts";
import { Refused } from "#silo/errors.ts";

export type InShard = (slug: string) => boolean;

export function parseShard(text: string): InShard {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index > count) {
    throw new Refused(`"${text}" is no shard`, {
      exitCode: 2,
      fix: "give its number and how many there are: --shard 1/4",
    });
  }
  return (slug) => shardOf(slug, count) === index;
}

/** From 1 to `count`. */
export const shardOf = (slug: string, count: number): number =>
  (Number.parseInt(digestOf(slug).replace(/^\w+:/, "").slice(0, 12), 16) % count) + 1;
