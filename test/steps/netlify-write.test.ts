import { expect, test } from "vitest";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import type { Field } from "#silo/access.ts";
import { deriveCredentials, deriveSiloKey } from "#silo/derive.ts";
import { parseMasterKey } from "#silo/master-key.ts";
import { desire } from "#state/desire.ts";
import type { Situation } from "#state/situation.ts";
import { netlifyWrite } from "#steps/netlify-write.ts";
import type { StepWorld } from "#steps/types.ts";
import type { NetlifyWrites } from "#world/netlify.ts";
import { anObserved, aRecord } from "../state/an-observed.ts";
import { testMasterKey } from "../support/a-cloud.ts";
import { aSilo } from "../support/a-silo.ts";

const silo = aSilo();
const record = aRecord();

/** A situation that no spec leads to: the schema refuses such names. */
function situationOf(key: string, field: Field): Situation {
  return {
    silo,
    intent: { kind: "apply" },
    desired: desire(silo, 1),
    observed: anObserved(silo, {}, record),
    record,
    power: { state: "running", write: undefined },
    delivery: undefined,
    frontend: {
      site: "silo-acme-erp",
      branch: "prod",
      variables: [
        { key: "VITE_SUPABASE_URL", field: "supabase_url" },
        { key, field },
      ],
      digest: "d",
    },
    hasNetlify: true,
    drift: undefined,
    graceDays: 7,
    budgetUsd: undefined,
    now: 0,
  };
}

/** What reached Netlify. */
async function asked(situation: Situation): Promise<readonly string[]> {
  const calls: string[] = [];
  const netlify = new Proxy({} as NetlifyWrites, {
    get: (_target, name) => async () => {
      calls.push(String(name));
      return name === "findSite" ? { id: "i", name: "n", accountId: "a", url: "" } : false;
    },
  });
  const master = parseMasterKey(testMasterKey);
  const generation = { number: 1, issuedAt: 1, expiresAt: 2, keyId: "k" };
  const siloKey = deriveSiloKey(master, { siloId: "acme-erp-silo-001", incarnation: "00" });
  const credentials = await deriveCredentials(siloKey, generation);
  const world = {
    netlify,
    clock: new VirtualClock(),
    facts: {},
    credentials: async () => credentials,
    note: () => undefined,
  } as unknown as StepWorld;
  const step = netlifyWrite(situation, []).find(({ kind }) => kind === "netlify-write");
  await expect(step?.run(world)).rejects.toMatchObject({ name: "Refused", exitCode: 4 });
  return calls;
}

test.each<[string, Field]>([
  ["VITE_SUPABASE_ANON_KEY", "supabase_service_role_key"],
  ["VITE_SUPABASE_SERVICE_ROLE_KEY", "supabase_service_role_key"],
  ["SUPABASE_SERVICE_ROLE_KEY", "supabase_service_role_key"],
  ["NEXT_PUBLIC_DATABASE_URL", "db_connection_string"],
  ["VITE_SUPABASE_URL", "db_connection_string"],
])("%s with %s is refused before anything is written", async (key, field) => {
  expect(await asked(situationOf(key, field))).toEqual([]);
});
