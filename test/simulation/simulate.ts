/** One seed: its story told with and without what goes wrong, and, when it fails, the shortest that still does. */

import { isDeepStrictEqual } from "node:util";
import { drawStory, type Event, type Story } from "./story.ts";
import { tell } from "./tell.ts";

export interface Verdict {
  readonly violations: readonly string[];
  readonly calls: number;
}

export async function judge(story: Story): Promise<Verdict> {
  const told = await tell(story, { isCalm: false });
  if (told.violations.length > 0) return told;
  const calm = await tell(story, { isCalm: true });
  if (calm.violations.length > 0) {
    return { ...told, violations: calm.violations.map((text) => `without any fault: ${text}`) };
  }
  // A rotation that was refused for want of a machine has not rotated.
  if (!isDeepStrictEqual(told.refused, calm.refused)) return told;
  // Of a turn whose second word was refused, the first one decides, and it may have died unheard.
  const isOpen = story.events.some(
    (event) => event.kind === "turn" && told.refused.includes(event.lines[1]),
  );
  if (isOpen) return told;
  if (isDeepStrictEqual(told.world, calm.world)) return told;
  return {
    ...told,
    violations: [
      `the world is not that of the calm telling: ${difference(told.world, calm.world)}`,
    ],
  };
}

export const judgeSeed = (seed: number): Promise<Verdict> => judge(drawStory(seed));

/** Leaves events out, one after the other, as long as it still fails. */
export async function shrink(story: Story): Promise<Story> {
  // The first edits are the specs.
  for (let index = story.events.length - 1; index >= story.slugs.length; index--) {
    const shorter = { ...story, events: story.events.toSpliced(index, 1) };
    if ((await judge(shorter)).violations.length > 0) return shrink(shorter);
  }
  return story;
}

export const storyText = ({ events }: Story): string => events.map(eventText).join("\n");

function eventText(event: Event): string {
  const { kind, ...rest } = event;
  return `  ${kind} ${JSON.stringify(rest)}`;
}

export function difference(told: unknown, calm: unknown): string {
  const [a, b] = [told, calm].map((world) => JSON.stringify(world, null, 1).split("\n"));
  const lines = (a ?? []).flatMap((line, index) =>
    line === b?.[index] ? [] : [`${line.trim()} instead of ${b?.[index]?.trim()}`],
  );
  return lines.slice(0, 6).join("; ");
}
