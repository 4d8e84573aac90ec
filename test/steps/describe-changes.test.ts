import { expect, test } from "vitest";
import { keys } from "#silo/record.ts";
import { desire } from "#state/desire.ts";
import { describeChanges } from "#steps/describe-changes.ts";
import { aMachine } from "../state/an-observed.ts";
import { aSilo, type SiloChanges } from "../support/a-silo.ts";

const gotrue = (changes: SiloChanges = {}) => desire(aSilo(changes), 1).gotrue;

const asMachine = (made: ReturnType<typeof gotrue>) =>
  aMachine({
    config: { ...made.machine, metadata: {} },
    metadata: { [keys.secretsDigest]: made.secretsDigest },
  });

const changesTo = (changes: SiloChanges) => describeChanges(gotrue(changes), asMachine(gotrue()));

test("sizes and the image, from what is there to what is wanted", () => {
  const image = "supabase/gotrue:v2.145.0";
  expect(changesTo({ services: { gotrue: { memory_mb: 512, cpus: 2, image } } })).toEqual([
    { field: "image", from: "supabase/gotrue:v2.143.0", to: "supabase/gotrue:v2.145.0" },
    { field: "cpus", from: "1", to: "2" },
    { field: "memory_mb", from: "256", to: "512" },
  ]);
});

test("variables that come, go and change, each by its name", () => {
  const before = gotrue({ services: { gotrue: { env: { OLD: "1", SAME: "2", CHANGED: "3" } } } });
  const after = gotrue({ services: { gotrue: { env: { NEW: "1", SAME: "2", CHANGED: "4" } } } });
  expect(describeChanges(after, asMachine(before))).toEqual([
    { field: "env.CHANGED", from: "3", to: "4" },
    { field: "env.NEW", from: "(none)", to: "1" },
    // Who set it is not known: it may be a secret of somebody's.
    { field: "env.OLD", from: "(not in the spec)", to: "(none)" },
  ]);
});

test("long values are cut", () => {
  const env = { LONG: "x".repeat(500) };
  const [change] = changesTo({ services: { gotrue: { env } } });
  expect(change?.to).toBe(`${"x".repeat(60)}…`);
});

test("secrets by the fact alone, never by a value", () => {
  const changes = changesTo({ services: { gotrue: { secret_env: ["GOTRUE_SMTP_PASS"] } } });
  expect(changes).toEqual([{ field: "secrets", from: "(set)", to: "(set anew)" }]);
});

test("what has no short form is still said", () => {
  expect(changesTo({})).toEqual([{ field: "config", from: "(as it was)", to: "(as in the spec)" }]);
});
