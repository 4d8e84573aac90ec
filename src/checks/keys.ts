/** Whether the master key is the one that the silos were made with, and how long their keys hold. */

import { isUnder, masterOf } from "#engine/key-ring.ts";
import { Refused } from "#silo/errors.ts";
import type { MasterKeys } from "#silo/master-key.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { keyExpiryNotes } from "#state/key-expiry.ts";
import type { Check, CheckWorld, Finding, SeenSilo } from "./types.ts";

export const keysCheck: Check = {
  name: "keys",
  async run(world) {
    if ("closed" in world.fly) return masterKeyForm(world);
    const seen = await world.observed();
    return [
      ...masterKeyForm(world),
      ...("open" in world.masterKeys ? matches(world.masterKeys.open, seen) : []),
      ...mixedKeyIds(seen),
      ...seen.flatMap(({ silo, seen: { record } }) => expiry(silo.slug, record, world.now)),
    ];
  },
};

const about = "SILO_MASTER_KEY";

function masterKeyForm({ masterKeys }: CheckWorld): Finding[] {
  if ("closed" in masterKeys) return [masterKeys.closed];
  return [{ about, verdict: "ok", text: "has the form of a master key" }];
}

/** The check value of a silo says so without saying anything about the key. */
function matches(masters: MasterKeys, all: readonly SeenSilo[]): Finding[] {
  return all.flatMap(({ silo, seen: { record } }) =>
    record ? [matchOf(masters, silo, record)] : [],
  );
}

function matchOf(masters: MasterKeys, silo: Silo, record: SiloRecord): Finding {
  const { slug } = silo;
  if (isUnder(masters.present, silo, record)) {
    return { about: slug, verdict: "ok", text: `${about} is the key it was made with` };
  }
  try {
    masterOf(masters, silo, record);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { message, fix = "give the right one" } = error;
    return { about: slug, verdict: "failed", text: message, fix, refuses: true };
  }
  return {
    about: slug,
    verdict: "warning",
    text: `is still under ${about}_PREVIOUS, which cannot be given up before it is moved`,
    fix: `\`silo rotate-master ${slug}\``,
  };
}

function mixedKeyIds(all: readonly SeenSilo[]): Finding[] {
  const byKey = Map.groupBy(
    all.filter(({ seen: { record } }) => record !== undefined),
    ({ seen: { record } }) => record?.generations.at(-1)?.keyId ?? "",
  );
  if (byKey.size < 2) return [];
  const groups = [...byKey].map(
    ([keyId, silos]) => `${keyId}: ${silos.map(({ silo }) => silo.slug).join(", ")}`,
  );
  return [
    {
      about: "master keys",
      verdict: "warning",
      text: `the silos were made with ${byKey.size} of them (${groups.join("; ")})`,
      fix: "`silo rotate-master` moves all to the present one",
    },
  ];
}

function expiry(slug: string, record: SiloRecord | undefined, now: number): Finding[] {
  if (record === undefined) return [];
  const [note] = keyExpiryNotes(slug, record, now);
  const expiresAt = record.generations.at(-1)?.expiresAt ?? 0;
  if (note === undefined) {
    const day = new Date(expiresAt * 1_000).toISOString().slice(0, 10);
    return [{ about: slug, verdict: "ok", text: `its keys hold until ${day}` }];
  }
  const [text = "", fix = ""] = note.slice(slug.length + 2).split("; ");
  return [{ about: slug, verdict: expiresAt * 1_000 <= now ? "failed" : "warning", text, fix }];
}
