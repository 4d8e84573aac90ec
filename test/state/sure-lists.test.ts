import { describe, expect, test } from "vitest";
import { doubtedList } from "#state/sure-lists.ts";

/** Answers one after another; the last one for good. */
const answers = (...lists: readonly (readonly string[])[]) => {
  let asked = 0;
  const list = async () => lists[Math.min(asked++, lists.length - 1)];
  return { list, asked: () => asked };
};

describe("an empty list", () => {
  test("that is in doubt is asked for until it is not empty", async () => {
    const { list, asked } = answers([], [], ["a"]);
    expect(await doubtedList(true, [], list)).toEqual(["a"]);
    expect(asked()).toBe(3);
  });

  test("that stays empty is believed in the end", async () => {
    const { list, asked } = answers([]);
    expect(await doubtedList(true, [], list)).toEqual([]);
    expect(asked()).toBe(5);
  });

  test("that nothing speaks against is believed at once, and so is a full one", async () => {
    const { list, asked } = answers(["never asked for"]);
    expect(await doubtedList(false, [], list)).toEqual([]);
    expect(await doubtedList(true, ["a"], list)).toEqual(["a"]);
    expect(asked()).toBe(0);
  });
});
