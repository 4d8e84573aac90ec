/**
 * The passwords of the login roles in a database that is there already; a first boot sets them by
 * its schema file. Done in the Postgres machine, whose loopback asks nobody for a password, with the
 * SQL on standard input. Doing it twice is doing it once.
 */

import { endConnectionsSql, endSessionsSql, rolePasswordsSql } from "#services/role-passwords.ts";
import { keys } from "#silo/record.ts";
import { currentVolume } from "#state/current-volume.ts";
import { freshSeedMark } from "#state/migrations.ts";
import { currentMachine } from "#state/observed.ts";
import { leakedReason } from "#state/rotation.ts";
import type { Situation } from "#state/situation.ts";
import { type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { closedKeys } from "./generation-append.ts";
import { runSql, sqlFailed } from "./run-sql.ts";
import type { StepWorld } from "./types.ts";

const kind = "passwords-set";

/** What every service waits for that logs in. */
export const passwordsSetKey = (slug: string): string => serviceKey(slug, "postgres", kind);

export const passwordsSet: StepRule = (situation) => {
  const { silo, power, observed } = situation;
  const { postgres } = observed.services;
  const mark = wantedMark(situation);
  const machine = currentMachine(postgres);
  const known = machine
    ? machine.metadata[keys.databaseGeneration]
    : firstBootMark(situation)[keys.databaseGeneration];
  if (power.state !== "running" || known === mark || covers(known, mark)) return [];
  const key = (other: string) => serviceKey(silo.slug, "postgres", other);
  return [
    serviceStep(situation, "postgres", kind, {
      effect: "update",
      text: `Set the passwords of the database roles of ${silo.slug}`,
      after: [
        ...closedKeys(silo.slug),
        `${silo.slug}/record-open`,
        key("machine-create"),
        key("machine-update"),
        key("machine-start"),
        key("health-wait"),
      ],
      run: (world) => setPasswords(world, situation, mark),
    }),
  ];
};

/**
 * Of a Postgres machine that is made: the first boot of an empty volume gives it the passwords in
 * force and row level security as it should be, and leaves it fresh. One that is there may have those of any generation, and there was only one of a first.
 */
export function firstBootMark(situation: Situation): Readonly<Record<string, string>> {
  const generation = generationOf(situation);
  const { silo, observed } = situation;
  const isEmpty = currentVolume(silo, observed.services.postgres) === undefined;
  return {
    ...((isEmpty || generation === "1") && { [keys.databaseGeneration]: generation }),
    ...(isEmpty && { [keys.rlsMode]: "production", [keys.seed]: freshSeedMark }),
  };
}

const generationOf = ({ record }: Situation): string =>
  String(record?.generations.at(-1)?.number ?? 1);

const endedSuffix = ":ended";

function wantedMark(situation: Situation): string {
  const { rotation, restore } = situation.record ?? {};
  // A snapshot has the sessions of its time, also those that were ended since.
  const isRestored = restore?.isSwitched && restore.service === "postgres";
  const isEnding = rotation?.reason === leakedReason || isRestored;
  return `${generationOf(situation)}${isEnding ? endedSuffix : ""}`;
}

const covers = (known: string | undefined, wanted: string): boolean =>
  known === `${wanted}${endedSuffix}`;

const timeoutSeconds = 30;
const maxTries = 5;

async function setPasswords(
  world: StepWorld,
  { desired, silo }: Situation,
  mark: string,
): Promise<void> {
  const { fly, facts } = world;
  const { app } = desired.postgres;
  const credentials = await world.credentials();
  const operation = `set the passwords of the database of ${silo.slug}`;
  const { exit_code } = await runSql(world, app, {
    operation,
    role: "supabase_admin",
    sql: [
      rolePasswordsSql(credentials),
      endConnectionsSql,
      ...(mark.endsWith(endedSuffix) ? [endSessionsSql] : []),
    ].join("\n"),
    timeoutSeconds,
    tries: maxTries,
  });
  // What psql says may quote the statement.
  if (exit_code !== 0) throw sqlFailed(operation, `psql ended with exit code ${exit_code}`);
  const id = facts.machineIds.get("postgres");
  if (id) await fly.patchMetadata(app, id, { [keys.databaseGeneration]: mark });
}
