/** Row level security in the databases that run: the mode is the recorded one, and every table has it. */

import type { Silo } from "#silo/silo.ts";
import { currentMachine } from "#state/observed.ts";
import { observedRls, rlsNotes } from "#state/rls.ts";
import { databaseMode, lintsIn, lintsSql, modeSql, type RlsLint } from "#state/rls-lints.ts";
import type { Check, Finding, FlyDoor, SeenSilo } from "./types.ts";

export const rowSecurity: Check = {
  name: "row-security",
  async run({ fly, observed, now }) {
    if ("closed" in fly) return [];
    const running = (await observed()).filter(
      ({ seen: { services, conflict } }) =>
        !conflict &&
        services.postgres.ownership.kind === "ours" &&
        currentMachine(services.postgres)?.state === "started",
    );
    const { inDatabase } = fly.open;
    const found = await Promise.all(
      running.map((one) => Promise.all([modeOf(one, inDatabase, now), lintsOf(one, inDatabase)])),
    );
    return found.flat(2);
  },
};

async function modeOf(
  { silo, seen }: SeenSilo,
  ask: FlyDoor["inDatabase"],
  now: number,
): Promise<readonly Finding[]> {
  const about = silo.slug;
  const { exit_code, stdout, stderr } = await ask(seen, modeSql);
  if (exit_code !== 0) return [notAsked(about, "its mode", stderr)];
  const mode = databaseMode(stdout);
  const recorded = observedRls(seen)?.inForce;
  if (mode !== undefined && mode === recorded) {
    const [weaker] = rlsNotes(about, seen, now);
    return weaker
      ? [
          {
            about,
            verdict: "warning",
            text: weaker.replace(`${about}: `, ""),
            fix: `rls_mode: production in ${silo.file} ends it`,
          },
        ]
      : [{ about, verdict: "ok", text: "row level security is production, in the database too" }];
  }
  const roles = "anon and authenticated";
  return [
    {
      about,
      verdict: "failed",
      text: `row level security is recorded as ${recorded ?? "unknown"}, and is ${mode ?? "none of the modes"} in the database`,
      fix: `if no run is under way, somebody has changed ${roles}: \`silo psql ${about} --user supabase_admin -c "alter role anon nobypassrls; alter role authenticated nobypassrls"\` makes it production`,
    },
  ];
}

const shownTables = 10;

async function lintsOf(
  { silo, seen }: SeenSilo,
  ask: FlyDoor["inDatabase"],
): Promise<readonly Finding[]> {
  const about = silo.slug;
  const { exit_code, stdout, stderr } = await ask(seen, lintsSql(silo));
  if (exit_code !== 0) return [notAsked(about, "its tables", stderr)];
  const lints = lintsIn(stdout);
  return [
    ...tablesWithout(silo, lints, "0013", "without row level security"),
    ...tablesWithout(silo, lints, "0007", "with policies, but row level security is not enabled"),
    ...(lints.length === 0
      ? [{ about, verdict: "ok", text: "every table that the API serves has it enabled" } as const]
      : []),
  ];
}

function tablesWithout(
  { slug: about }: Silo,
  lints: readonly RlsLint[],
  lint: RlsLint["lint"],
  what: string,
): readonly Finding[] {
  const tables = lints.filter((one) => one.lint === lint).map(({ table }) => table);
  if (tables.length === 0) return [];
  const more = tables.length - shownTables;
  const names = [...tables.slice(0, shownTables), ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return [
    {
      about,
      verdict: "warning",
      text: `tables ${what}, which whoever holds the public key may read and write: ${names} (lint ${lint})`,
      fix: "in a migration: `alter table … enable row level security`, and a policy for who may",
    },
  ];
}

const notAsked = (about: string, what: string, stderr: string): Finding => ({
  about,
  verdict: "unknown",
  text: `${what} could not be asked of its database: ${/ERROR: .*/.exec(stderr)?.[0] ?? "psql failed"}`,
  fix: `ask by hand: \`silo psql ${about} -c "select 1"\``,
});
