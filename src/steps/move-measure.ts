/** What the source holds when nobody writes to it any more: what the copy will be held against. */

import { endConnectionsSql } from "#services/role-passwords.ts";
import { serviceNames } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import { proofText } from "#silo/takeover.ts";
import { keysOf, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { proveData } from "./data-proof.ts";
import { startOne } from "./machine-start.ts";
import { patchRecord } from "./record-open.ts";
import { runSql } from "./run-sql.ts";
import { untilState } from "./settle.ts";
import type { StepWorld } from "./types.ts";

const kind = "move-measure";
const timeoutMs = 900_000;
const startTimeoutMs = 120_000;

export const moveMeasureKey = (slug: string): string => serviceKey(slug, "postgres", kind);

export const moveMeasure: StepRule = (situation) => {
  const { moving, silo, desired } = situation;
  if (!moving || moving.isContinued) return [];
  const { app } = desired.postgres;
  const others = serviceNames.filter((name) => name !== "postgres");
  return [
    serviceStep(situation, "postgres", kind, {
      effect: "record",
      text: `Count what the database of ${silo.slug} holds`,
      after: [`${silo.slug}/record-open`, ...keysOf(silo.slug, others, "machine-stop")],
      timeoutMs,
      run: async (world) => {
        const machine = await running(world, app);
        await runSql(world, app, {
          operation: `end the connections to ${app}`,
          role: "supabase_admin",
          sql: endConnectionsSql,
          timeoutSeconds: 30,
          tries: 30,
        });
        const proof = await proveData(world, { app, machine });
        await patchRecord(world, situation, { [keys.moveProof]: proofText(proof) });
        world.facts.proof = proof;
      },
    }),
  ];
};

/** A stopped silo is not woken by it: nothing but its database runs, and only for this. */
async function running(world: StepWorld, app: string): Promise<string> {
  const id = world.facts.machineIds.get("postgres");
  if (!id) throw new Error(`No machine of ${app} is known`);
  await startOne(world, { app, id, isBusy: false });
  await untilState(world, "started", { app, id, timeoutMs: startTimeoutMs });
  return id;
}
