/** The first boot: initdb, the image's roles, then the script that the machine brings. */

import { runPsql } from "../postgres/psql.ts";
import { createRoleModel, mustRun } from "../postgres/role-model.ts";
import { quoteLiteral } from "../postgres/sql-script.ts";
import { type Cluster, openDatabase } from "./cluster.ts";
import { exits, type Guest, type ProgramBoot } from "./program.ts";

const schemaFile = "/etc/postgresql.schema.sql";

/** What a test or a user sets to have the first boot die between initdb and its scripts. */
const crashVariable = "EMULATE_CRASH_DURING_INIT";
const crashMarker = "crash-during-init";

/** `undefined` when all of it went well. */
export async function initialise(guest: Guest, cluster: Cluster): Promise<ProgramBoot | undefined> {
  const { env, files } = guest.container;
  const { id, data } = cluster;
  const password = env.POSTGRES_PASSWORD;
  if (!password) return exits(1, noPassword);
  const crash = data.has(crashMarker) || env[crashVariable] === "1";
  const elsewhere = env.POSTGRES_HOST ?? "/var/run/postgresql";
  const socket = elsewhere.startsWith("/") || elsewhere === "localhost";
  await makeCluster(guest, cluster, crash || !socket ? "bare" : "image");
  data.delete(crashMarker);
  data.set("PG_VERSION", "15");
  data.set("initialised", "no");
  const database = await openDatabase(guest, cluster);
  const admins = crash || !socket ? ["postgres"] : ["postgres", "supabase_admin"];
  const admin = admins.at(-1) ?? "postgres";
  for (const role of admins) {
    await mustRun(database, admin, `alter role ${role} password ${quoteLiteral(password)}`);
  }
  if (crash) {
    await guest.postgres?.stop(id);
    return exits(137, "/docker-entrypoint-initdb.d/migrate.sh: killed");
  }
  if (!socket) {
    await guest.postgres?.stop(id);
    return exits(2, `psql: error: could not translate host name "${elsewhere}" to address`);
  }
  const script = files[schemaFile];
  if (script !== undefined) {
    const command = ["psql", "-v", "ON_ERROR_STOP=1", "-h", "localhost", "-U", "supabase_admin"];
    const scriptEnv = {
      ...env,
      PGPASSWORD: password,
      PGDATABASE: env.POSTGRES_DB ?? "postgres",
    };
    const place = { database, env: scriptEnv, files };
    const done = await runPsql(place, { command: [...command, "-X", "-f", schemaFile] });
    if (done.exit_code !== 0) {
      await guest.postgres?.stop(id);
      return exits(done.exit_code, done.stderr.trim());
    }
  }
  data.set("initialised", "yes");
  return undefined;
}

async function makeCluster(
  guest: Guest,
  { id, data }: Cluster,
  kind: "bare" | "image",
): Promise<void> {
  if (!guest.postgres) return createRoleModel(data, kind);
  await guest.postgres.discard(id);
  await guest.postgres.create(id, kind);
}

const noPassword = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".`;
