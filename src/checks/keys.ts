/** Whether the master key is the one that the silos were made with, and how long their keys hold. */

import { checkValueOf, deriveSiloKey, keyIdOf } from "#silo/derive.ts";
import type { MasterKey } from "#silo/master-key.ts";
import type { SiloRecord } from "#silo/record.ts";
import { keyExpiryNotes } from "#state/key-expiry.ts";
import type { Check, CheckWorld, Finding, SeenSilo } from "./types.ts";

export const keysCheck: Check = {
  name: "keys",
  async run(world) {
    if ("closed" in world.fly) return masterKeyForm(world);
    const seen = await world.observed();
    return [
      ...masterKeyForm(world),
      ...("open" in world.masterKey ? matches(world.masterKey.open, seen) : []),
      ...mixedKeyIds(seen),
      ...seen.flatMap(({ silo, seen: { record } }) => expiry(silo.slug, record, world.now)),
    ];
  },
};

const about = "SILO_MASTER_KEY";

function masterKeyForm({ masterKey }: CheckWorld): Finding[] {
  if ("closed" in masterKey) return [masterKey.closed];
  return [{ about, verdict: "ok", text: "has the form of a master key" }];
}

/** The check value of a silo says so without saying anything about the key. */
function matches(master: MasterKey, all: readonly SeenSilo[]): Finding[] {
  return all.flatMap(({ silo, seen: { record } }): Finding[] => {
    if (record?.check === undefined) return [];
    const siloId = silo.spec.silo_id;
    const siloKey = deriveSiloKey(master, { siloId, incarnation: record.incarnation });
    const isRight = record.check === checkValueOf(siloKey);
    if (isRight) {
      return [{ about: silo.slug, verdict: "ok", text: `${about} is the key it was made with` }];
    }
    return [
      {
        about: silo.slug,
        verdict: "failed",
        text: `${about} (key ${keyIdOf(master)}) is not the key it was made with: nothing can be applied to it`,
        fix: "give the right one",
        refuses: true,
      },
    ];
  });
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
      fix: "bring all to one master key",
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
