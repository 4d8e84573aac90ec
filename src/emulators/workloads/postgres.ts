/**
 * supabase/postgres 15.1.1.78. The first boot initialises an empty data folder and never runs
 * again once PG_VERSION is there, however far it came; later boots only start the server.
 */

import type { FlyExecRequest, FlyExecResult } from "#wire/fly.ts";
import type { RunningDatabase } from "../postgres/database.ts";
import { pgIsReady } from "../postgres/pg-is-ready.ts";
import { runPsql } from "../postgres/psql.ts";
import { type Cluster, clusterOf, openDatabase } from "./cluster.ts";
import { pgsodiumKey, pgsodiumKeyPath } from "./pgsodium-key.ts";
import { commandText, dataFolder, placeData } from "./postgres-folders.ts";
import { initialise } from "./postgres-init.ts";
import { exits, type Guest, type Program, runs } from "./program.ts";

export const postgres: Program = {
  name: "postgres",
  async boot(guest) {
    const refused = commandProblem(guest) ?? folderProblem(guest);
    if (refused) return refused;
    const placed = placeData(guest);
    if (placed.kind === "lost-and-found") return exits(1, lostAndFound(placed.path));
    const data = placed.kind === "volume" ? placed.data : new Map<string, string>();
    const id =
      guest.machine.volume && placed.kind === "volume"
        ? clusterOf(guest.machine.volume)
        : `without-volume-${guest.machine.id}`;
    const cluster = { id, data };
    if (placed.kind === "none") await guest.postgres?.discard(id);
    const key = pgsodiumKey(guest, data);
    if (!isInitialised(guest, cluster)) {
      const failure = await initialise(guest, cluster);
      if (failure) return failure;
    }
    const database = await openDatabase(guest, cluster);
    return runs({
      listeners: [{ port: 5432, address: "::" }],
      database,
      // The protocol of Postgres is not HTTP: a request gets no answer that makes sense.
      respond: async () => new Response(null, { status: 502 }),
      exec: (request) => runCommand(guest, database, key, request),
      stop: async () => {
        await guest.postgres?.stop(id);
        if (placed.kind === "none") await guest.postgres?.discard(id);
      },
    });
  },
};

/** A cluster whose files are gone, as those of a temporary folder, counts as never made. */
const isInitialised = (guest: Guest, { id, data }: Cluster): boolean =>
  data.has("PG_VERSION") && (!guest.postgres || guest.postgres.has(id));

async function runCommand(
  guest: Guest,
  database: RunningDatabase,
  key: string,
  request: FlyExecRequest,
): Promise<FlyExecResult | undefined> {
  const [command, argument] = request.command;
  const { env, files } = guest.container;
  if (command === "psql") return runPsql({ database, env, files }, request);
  if (command === "pg_isready") return pgIsReady(request.command.slice(1));
  if (command !== "cat" || argument === undefined) return undefined;
  const content = argument === pgsodiumKeyPath ? `${key}\n` : files[argument];
  return content === undefined
    ? { exit_code: 1, stdout: "", stderr: `cat: ${argument}: No such file or directory\n` }
    : { exit_code: 0, stdout: content, stderr: "" };
}

/** `exec` replaces the entry point, which is what initialises and drops root. */
function commandProblem(guest: Guest) {
  const text = commandText(guest);
  if (text === undefined || /docker-entrypoint\.sh/.test(text)) return undefined;
  const [first = ""] = guest.container.command ?? [];
  if (first === "postgres" || first.startsWith("-")) return undefined;
  if (/\bpostgres\b/.test(text) && !/gosu|su-exec|setpriv|\bsu\b/.test(text)) {
    return exits(1, '"root" execution of the PostgreSQL server is not permitted.');
  }
  return exits(127, `${first}: the command does not run docker-entrypoint.sh, so no server starts`);
}

/** postgresql.conf names the data folder too: initdb and the server must mean the same one. */
function folderProblem(guest: Guest) {
  const { initdb, server } = dataFolder(guest);
  if (initdb === server) return undefined;
  return exits(
    2,
    `postgres: could not access directory "${server}": No such file or directory\nRun initdb or pg_basebackup to initialize a PostgreSQL data directory.`,
  );
}

const lostAndFound = (path: string): string =>
  [
    `initdb: error: directory "${path}" exists but is not empty`,
    "initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.",
    "initdb: hint: Using a mount point directly as the data directory is not recommended.",
    "Create a subdirectory under the mount point.",
  ].join("\n");
