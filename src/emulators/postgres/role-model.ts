/**
 * A database that is a table of roles: enough for logins, role statements and the few questions
 * that provisioning asks. Everything else needs a real PostgreSQL. Lives in the volume's data.
 */

import {
  type Database,
  isSession,
  type Login,
  type SqlAnswer,
  type SqlMessage,
  type SqlSession,
} from "./database.ts";
import { bareRoles, imageRoles, imageSchemas, type Roles } from "./image-roles.ts";
import {
  answerActivity,
  answerTableUses,
  type ModelSession,
  newSession,
} from "./model-sessions.ts";
import { answerModelStatement, type ModelState } from "./role-statements.ts";
import { passwordMatches } from "./scram.ts";
import { statementsOf } from "./sql-script.ts";

const key = "model";

export function createRoleModel(data: Map<string, string>, kind: "bare" | "image"): void {
  const image: ModelState = { roles: imageRoles, schemas: imageSchemas };
  const state = kind === "image" ? image : { roles: bareRoles, schemas: [] };
  data.set(key, JSON.stringify(state));
}

export const hasRoleModel = (data: ReadonlyMap<string, string>): boolean => data.has(key);

/** `now` is what the server takes for the time. */
export function roleModel(data: Map<string, string>, now: () => number): Database {
  const sessions = new Set<ModelSession>();
  const uses = { count: 0 };
  const read = (): ModelState => JSON.parse(data.get(key) ?? '{"roles":{},"schemas":[]}');
  return {
    async connect(login) {
      const refused = refusal(read().roles, login);
      if (refused) return refused;
      const own = newSession(login, now());
      sessions.add(own);
      const write = (state: ModelState) => void data.set(key, JSON.stringify(state));
      return session({ own, sessions, uses, now, read, write });
    },
  };
}

interface SessionParts {
  readonly own: ModelSession;
  readonly sessions: Set<ModelSession>;
  /** Statements that were about more than who is connected. */
  readonly uses: { count: number };
  readonly now: () => number;
  readonly read: () => ModelState;
  readonly write: (state: ModelState) => void;
}

function session({ own, sessions, uses, now, read, write }: SessionParts): SqlSession {
  return {
    async query(script): Promise<SqlAnswer> {
      const results = [];
      let state = read();
      for (const statement of statementsOf(script)) {
        own.query = statement;
        own.changedMs = now();
        const text = statement.trim().replace(/\s+/g, " ");
        const activity =
          answerTableUses(text, uses.count) ??
          answerActivity(text, { all: sessions, own, nowMs: now() });
        if (activity && "message" in activity) return { results, notices: [], error: activity };
        if (activity) {
          results.push(activity);
          continue;
        }
        uses.count++;
        const answer = answerModelStatement(state, own.user, statement);
        if ("message" in answer) return { results, notices: [], error: answer };
        results.push(answer.result);
        state = answer.state;
      }
      write(state);
      return { results, notices: [] };
    },
    async end() {
      sessions.delete(own);
    },
  };
}

function refusal(roles: Roles, { user, password, database }: Login): SqlMessage | undefined {
  const role = Object.hasOwn(roles, user) ? roles[user] : undefined;
  const fatal = (code: string, message: string) => ({ severity: "FATAL", code, message });
  if (password !== undefined && !(role?.password && passwordMatches(role.password, password))) {
    return fatal("28P01", `password authentication failed for user "${user}"`);
  }
  if (!role) return fatal("28000", `role "${user}" does not exist`);
  if (!role.login) return fatal("28000", `role "${user}" is not permitted to log in`);
  if (!["postgres", "template1"].includes(database)) {
    return fatal("3D000", `database "${database}" does not exist`);
  }
  return undefined;
}

/** Runs SQL that must not fail, as the image's own first boot does. */
export async function mustRun(database: Database, user: string, sql: string): Promise<void> {
  const session = await database.connect({ user, database: "postgres", password: undefined });
  if (!isSession(session)) throw new Error(`The database refused ${user}: ${session.message}`);
  const { error } = await session.query(sql);
  await session.end();
  if (error)
    throw new Error(`The database refused a statement of its first boot: ${error.message}`);
}
