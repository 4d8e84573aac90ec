/** A context that was read counts as use, and whoever reads it waits for none of that. */

import { afterEach, expect, test } from "vitest";
import { notedUses } from "#desk/uses.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { ApiError } from "#silo/errors.ts";
import { lastUseKey } from "#silo/holds.ts";
import type { Silo } from "#silo/silo.ts";
import type { Fetch } from "#world/effects.ts";
import { aMachine, anObserved, aRecord, marker } from "../state/an-observed.ts";
import { aCloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk, tokensYaml } from "../support/a-desk.ts";
import { aSilo } from "../support/a-silo.ts";
import { specText } from "../support/spec-text.ts";

const running = (silo: Silo) =>
  anObserved(silo, { kong: { machines: [aMachine({ metadata: marker(silo) })] } }, aRecord());

const transient = new ApiError("no answer", {
  provider: "fly",
  operation: "patch metadata",
  category: "transient",
  ambiguous: true,
});

let desk: ADesk | undefined;
afterEach(async () => desk?.close());

const isNote = (input: Parameters<Fetch>[0], init: RequestInit | undefined) =>
  init?.method === "PATCH" && String(input).endsWith("/metadata");

/** `around` is between the desk and Fly, for notes of use only. */
async function aDeskWhoseNotes(around: (note: () => Promise<Response>) => Promise<Response>) {
  let isOpen = false;
  const cloud = aCloud({
    files: {
      "silos/acme-erp.yml": specText(),
      "silo.config.yml": `desk:\n${tokensYaml([{ name: "dev", role: "dev-worker" }])}`,
    },
    wrap: (fetch) => (input, init) =>
      isOpen && isNote(input, init) ? around(() => fetch(input, init)) : fetch(input, init),
  });
  const { exitCode, stderr } = await cloud.run("apply acme-erp");
  expect(exitCode, stderr).toBe(0);
  isOpen = true;
  desk = await aDesk(cloud);
  const { ask } = desk;
  return {
    cloud,
    uses: desk.desk.uses,
    read: async () => {
      const answer = await ask("/app-context?silo=acme-erp", { as: "dev" });
      expect(await answer.json()).toHaveProperty("supabase_anon_key");
    },
    why: async () => (await cloud.run("why acme-erp --verbose")).stdout,
  };
}

test("many readers are one note, and a minute goes by before the next", async () => {
  let notes = 0;
  const { read, uses, why } = await aDeskWhoseNotes((note) => {
    notes++;
    return note();
  });
  await Promise.all(Array.from({ length: 20 }, read));
  await uses.settled();
  expect(await why()).toContain("connection info read as dev-worker by dev");
  await read();
  await uses.settled();
  expect(notes).toBe(1);
});

test("a note that Fly does not take is made until it is, with the latest use", async () => {
  const clock = new VirtualClock();
  const silo = aSilo();
  const observed = running(silo);
  const tried: string[] = [];
  const marks = {
    patchMetadata: async (_app: string, _id: string, patch: Readonly<Record<string, unknown>>) => {
      tried.push(String(patch[lastUseKey]));
      if (tried.length < 5) throw transient;
    },
  };
  const uses = notedUses(marks, clock, new AbortController().signal);
  uses.note(silo, observed, { at: clock.now(), what: "first" });
  await clock.sleep(15_000);
  uses.note(silo, observed, { at: clock.now(), what: "second" });
  await uses.settled();
  expect(tried.map((value) => value.split(" ")[1])).toEqual([
    "first",
    "first",
    "second",
    "second",
    "second",
  ]);
});

test("a desk that is shut down does not go on trying", async () => {
  const clock = new VirtualClock();
  const silo = aSilo();
  let tried = 0;
  const down = new AbortController();
  const marks = {
    patchMetadata: async () => {
      tried++;
      throw transient;
    },
  };
  const uses = notedUses(marks, clock, down.signal);
  uses.note(silo, running(silo), { at: clock.now(), what: "read" });
  await clock.sleep(1_000);
  down.abort(new Error("shut down"));
  await uses.settled();
  expect(tried).toBe(2);
});

test("a use that the next minute brings is noted again", async () => {
  let notes = 0;
  const { cloud, read, uses, why } = await aDeskWhoseNotes((note) => {
    notes++;
    return note();
  });
  await read();
  await uses.settled();
  await cloud.clock.sleep(20 * 60_000);
  await read();
  await uses.settled();
  expect(notes).toBe(2);
  expect(await why()).toMatch(/connection info read as dev-worker by dev (0 min|less|just|\d+ s)/);
});

test("a token that only reads is not tried again and again", async () => {
  let notes = 0;
  const { read, uses } = await aDeskWhoseNotes(async () => {
    notes++;
    return Response.json({ error: "unauthorized" }, { status: 403 });
  });
  await read();
  await uses.settled();
  await read();
  await uses.settled();
  expect(notes).toBe(1);
});
