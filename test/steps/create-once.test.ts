import fc from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { ApiError, type ApiErrorCategory } from "#silo/errors.ts";
import { createOnce } from "#steps/create-once.ts";

const failure = (category: ApiErrorCategory, ambiguous: boolean) =>
  new ApiError(category, { provider: "fly", operation: "create it", category, ambiguous });

/** What one create does: it works, or it fails before, or after it took effect. */
type Attempt = "works" | "lost before" | "lost after" | "taken";

/** A place whose lists show a thing only some milliseconds after it was made. */
function aPlace(attempts: readonly Attempt[], lagMs: number, clock: VirtualClock, there = 0) {
  const made: number[] = Array(there).fill(clock.now() - lagMs);
  let count = 0;
  return {
    made,
    look: async () => {
      const seen = made.filter((at) => clock.now() - at >= lagMs);
      return seen.length > 0 ? "found" : undefined;
    },
    create: async () => {
      const attempt = attempts[count++] ?? "works";
      if (attempt === "taken") throw failure("already_exists", false);
      if (attempt !== "lost before") made.push(clock.now());
      if (attempt !== "works") throw failure("timeout", true);
      return "created";
    },
  };
}

const signal = new AbortController().signal;

test("whatever answers get lost, there is one in the end", async () => {
  const attempts = fc.array(fc.constantFrom<Attempt>("lost before", "lost after"), {
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(attempts, fc.nat(3_900), fc.boolean(), async (list, lagMs, isNewPlace) => {
      const clock = new VirtualClock();
      const place = aPlace(list, lagMs, clock);
      await createOnce({ ...place, clock, signal, isNewPlace });
      expect(place.made).toHaveLength(1);
    }),
  );
});

test("what is there is found, also when the list is late", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_900), async (lagMs) => {
      const clock = new VirtualClock();
      const place = aPlace([], lagMs, clock);
      // A run that died made it just now.
      place.made.push(clock.now());
      expect(await createOnce({ ...place, clock, signal, isNewPlace: false })).toBe("found");
      expect(place.made).toHaveLength(1);
    }),
  );
});

test("in a place of this very run nothing is looked for first", async () => {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const look = () => Promise.reject(new Error("not to be asked"));
  const { create } = aPlace([], 0, clock);
  expect(await createOnce({ look, create, clock, signal, isNewPlace: true })).toBe("created");
  expect(clock.now()).toBe(startedAt);
});

test("a name that is taken by the same thing is that thing", async () => {
  const clock = new VirtualClock();
  const place = aPlace(["taken"], 0, clock, 1);
  expect(await createOnce({ ...place, clock, signal, isNewPlace: true })).toBe("found");
});

test("a plain refusal is not repeated, and lost answers end", async () => {
  const clock = new VirtualClock();
  let count = 0;
  const refusing = async () => {
    count++;
    throw failure("quota", false);
  };
  const look = async () => undefined;
  const refused = createOnce({ look, create: refusing, clock, signal, isNewPlace: true });
  await expect(refused).rejects.toMatchObject({ facts: { category: "quota" } });
  expect(count).toBe(1);
  const place = aPlace(Array(9).fill("lost before"), 0, clock);
  await expect(createOnce({ ...place, clock, signal, isNewPlace: true })).rejects.toMatchObject({
    facts: { category: "timeout" },
  });
});

/** Whose list shows nothing for some time, whatever there is. */
function aLyingPlace(attempts: readonly Attempt[], liesMs: number, clock: VirtualClock, there = 0) {
  const startedAt = clock.now();
  const made: string[] = Array.from({ length: there }, (_, index) => `older ${index}`);
  let count = 0;
  const list = async () => (clock.now() < startedAt + liesMs ? [] : made);
  return {
    made,
    look: async () => (await list())[0],
    create: async () => {
      const attempt = attempts[count] ?? "works";
      const name = `new ${count++}`;
      if (attempt !== "lost before") made.push(name);
      if (attempt !== "works") throw failure("timeout", true);
      return name;
    },
    second: {
      list,
      isSame: (a: string, b: string) => a === b,
      takeBack: async (name: string) => void made.splice(made.indexOf(name), 1),
      unlisted: () => failure("transient", false),
    },
  };
}

test("while the list is empty by mistake, a second one is made and taken back", async () => {
  const clock = new VirtualClock();
  const repeated = aLyingPlace(["lost after"], 45_000, clock);
  expect(await createOnce({ ...repeated, clock, signal, isNewPlace: true })).toBe("new 0");
  expect(repeated.made).toEqual(["new 0"]);
  const hidden = aLyingPlace([], 45_000, clock, 1);
  expect(await createOnce({ ...hidden, clock, signal, isNewPlace: false })).toBe("older 0");
  expect(hidden.made).toEqual(["older 0"]);
});

test("a list that never shows what was made ends in an error, with nothing taken back", async () => {
  const clock = new VirtualClock();
  const place = aLyingPlace([], 3_600_000, clock);
  await expect(createOnce({ ...place, clock, signal, isNewPlace: false })).rejects.toMatchObject({
    facts: { category: "transient" },
  });
  expect(place.made).toEqual(["new 0"]);
});
