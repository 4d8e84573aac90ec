/** A real PostgreSQL of a test's cloud, which the test may log in to beside the silo's services. */

import {
  isSession,
  type PostgresHost,
  type RunningDatabase,
  type SqlSession,
} from "#emulators/postgres/database.ts";
import { createPostgresHost } from "#emulators/postgres/host.ts";
import type { VirtualClock } from "#emulators/virtual-clock.ts";

export function watchedPostgres() {
  let host: PostgresHost | undefined;
  let database: RunningDatabase | undefined;

  function connect(user: string, password: string | undefined) {
    if (!database) throw new Error("no database has been started yet");
    return database.connect({ user, database: "postgres", password });
  }

  async function open(user: string, password: string | undefined): Promise<SqlSession> {
    const session = await connect(user, password);
    if (!isSession(session)) throw new Error(session.message);
    return session;
  }

  return {
    open,
    /** For `postgres` of a cloud; the database started last is the one that is asked. */
    onClock(clock: VirtualClock): PostgresHost {
      const started = createPostgresHost({ whileRealWork: (work) => clock.whileRealWork(work) });
      host = started;
      return {
        ...started,
        start: async (id) => {
          database = await started.start(id);
          return database;
        },
      };
    },
    /** As the server's own superuser, over its socket: the rows of the last statement. */
    async ask(sql: string): Promise<readonly (readonly (string | null)[])[]> {
      const session = await open("supabase_admin", undefined);
      const { results, error } = await session.query(sql);
      await session.end();
      if (error) throw new Error(error.message);
      return results.at(-1)?.rows ?? [];
    },
    /** Over TCP, where the server asks for a password: what it refuses with, undefined if nothing. */
    async refusal(user: string, password: string) {
      const answer = await connect(user, password);
      if (!isSession(answer)) return answer;
      await answer.end();
      return undefined;
    },
    async close(): Promise<void> {
      await host?.close();
    },
  };
}
