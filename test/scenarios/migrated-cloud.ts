/** A silo with migrations and a seed, on a real PostgreSQL that a test may look into. */

import { expect } from "vitest";
import type { Fetch } from "#world/effects.ts";
import { watchedPostgres } from "../security/watched-postgres.ts";
import { aCloud, type Run } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

export const specFile = "silos/acme-erp.yml";
export const seedFile = "supabase/seed.sql";
export const migrationPath = (name: string) => `supabase/migrations/${name}.sql`;

const migrationsLine = "  migrations: supabase/migrations";
export const specWithSeed = specText({ devenv: `${migrationsLine}\n  seed: ${seedFile}` });
export const specWithoutSeed = specText({ devenv: migrationsLine });

export const notesSql = `begin;
-- a comment; with a semicolon
create table notes (id int primary key, body text default 'a;b', owner uuid references auth.users (id));
alter table notes enable row level security;
create policy own on notes using (owner = auth.uid());
commit;
`;
export const functionsSql = `create function twice(x int) returns int language sql
begin atomic
  select case when x > 0 then x * 2 else 0 end;
end;
create function note() returns void language plpgsql as $body$
begin insert into notes values (99, 'made; here'); end $body$;
select twice(21);
`;
/** Three rows. */
export const seedSql =
  "insert into notes (id) values (1), (2);\ninsert into notes values (3, E'it\\'s; ''so''');\n";

export function aMigratedCloud() {
  const postgres = watchedPostgres();
  let disturb: ((fetch: Fetch) => Fetch) | undefined;
  const cloud = aCloud({
    files: {
      [specFile]: specWithSeed,
      [migrationPath("20240101000000_notes")]: notesSql,
      [migrationPath("20240102000000_functions")]: functionsSql,
      "supabase/migrations/README.md": "# not a migration",
      [seedFile]: seedSql,
    },
    postgres: postgres.onClock,
    wrap: (fetch) => disturb?.(fetch) ?? fetch,
  });
  return {
    ...cloud,
    /** Of the runs that are begun from now on. */
    disturb: (by: typeof disturb) => {
      disturb = by;
    },
    add: (name: string, text: string) => cloud.files.write(migrationPath(name), text),
    async expectExit(line: string, exitCode = 0): Promise<Run> {
      const ran = await cloud.run(line);
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ exitCode });
      return ran;
    },
    /** Version, name and number of statements of each migration in the database. */
    async history(): Promise<readonly string[]> {
      const rows = await postgres.ask(
        "select version, name, array_length(statements, 1)::text from supabase_migrations.schema_migrations order by 1",
      );
      return rows.map((row) => row.join(" "));
    },
    value: async (sql: string) => (await postgres.ask(sql))[0]?.[0],
    ask: postgres.ask,
    async close(): Promise<void> {
      await cloud.fly.close();
      await postgres.close();
    },
  };
}

/** Place of the first call of an action in an app, by its suffix; -1 when there is none. */
export const placeOf = ({ writes }: Run, action: string, suffix: string): number =>
  writes.findIndex((call) => call.action === action && call.path.includes(`-${suffix}/`));
