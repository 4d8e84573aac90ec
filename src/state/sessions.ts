/** Who is connected to a silo's Postgres beside its own services, asked inside its machine. */

import type { FlyWrites } from "#world/fly.ts";

export interface Session {
  readonly user: string;
  readonly applicationName: string;
  /** `idle`, or what it is doing. */
  readonly state: string;
  /** Since its last statement ended, or its state last changed. */
  readonly idleSeconds: number;
  /** Its last statement was LISTEN: it waits for notifications and does nothing else. */
  readonly listens: boolean;
}

export interface DatabaseUse {
  readonly sessions: readonly Session[];
  /** Reads and writes of tables that are not Postgres' own, counted since ever: it only grows by use. */
  readonly tableUses: number;
}

/** The name that a client gives itself may hold anything, so it comes last. */
const sql = `select usename, state, floor(extract(epoch from clock_timestamp() - state_change)),
 query ilike 'listen%', application_name from pg_catalog.pg_stat_activity
 where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid();
select coalesce(sum(seq_scan + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del), 0)
 from pg_catalog.pg_stat_user_tables;`;

/** Only a superuser is shown the sessions of others; the machine's loopback asks it for no password. */
const ourName = "silo-manager";
const command = [
  ..."psql -X -q -A -t -F | -v ON_ERROR_STOP=1 -d".split(" "),
  `host=127.0.0.1 user=supabase_admin dbname=postgres application_name=${ourName}`,
];

const timeoutSeconds = 20;

/** Throws when Postgres does not answer. */
export async function readDatabaseUse(
  fly: Pick<FlyWrites, "exec">,
  app: string,
  machineId: string,
): Promise<DatabaseUse> {
  const { exit_code, stdout } = await fly.exec(app, machineId, {
    command,
    stdin: `${sql}\n`,
    timeout: timeoutSeconds,
  });
  if (exit_code !== 0) throw new Error(`psql ended with exit code ${exit_code}`);
  const lines = stdout.split("\n").filter(Boolean);
  const tableUses = Number(lines.pop());
  if (!Number.isFinite(tableUses)) throw new Error("psql answered something else");
  const sessions = lines.map(readSession);
  // Another run that asks the same.
  return { tableUses, sessions: sessions.filter((one) => one.applicationName !== ourName) };
}

function readSession(line: string): Session {
  const [user = "", state = "", seconds = "", listens, ...name] = line.split("|");
  const idleSeconds = Number(seconds);
  if (user === "" || !Number.isFinite(idleSeconds)) throw new Error("psql answered something else");
  return {
    user,
    state,
    idleSeconds: Math.max(0, idleSeconds),
    listens: listens === "t",
    applicationName: name.join("|"),
  };
}

/** Roles whose passwords only the services have. */
const serviceRoles: ReadonlySet<string> = new Set([
  "authenticator",
  "pgbouncer",
  "supabase_admin",
  "supabase_auth_admin",
  "supabase_replication_admin",
  "supabase_storage_admin",
]);
/** What services that log in as `postgres` call themselves: Studio's, and the scheduler. */
const serviceNames = /^(postgres-meta|pg_cron|pg_net)\b/;
/** A person's client, whoever it logs in as. */
const tools =
  /^(psql|pg_dump|pg_restore|pgAdmin|DBeaver|DataGrip|TablePlus|Postico|Supabase CLI)\b/i;

export function isOwnSession({ user, applicationName }: Session): boolean {
  if (tools.test(applicationName)) return false;
  return serviceRoles.has(user) || serviceNames.test(applicationName);
}

/** Whoever is in the middle of something is not idle. */
export const sessionIdleMs = ({ state, idleSeconds }: Session): number =>
  state === "idle" ? idleSeconds * 1_000 : 0;
