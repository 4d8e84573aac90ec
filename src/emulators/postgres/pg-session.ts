/** A session through the `pg` driver that keeps what psql shows: tags, notices, partial results. */

import pg from "pg";
import type { Login, SqlAnswer, SqlColumn, SqlMessage, SqlResult, SqlSession } from "./database.ts";

export type WhileRealWork = <T>(work: Promise<T>) => Promise<T>;

export interface ServerAddress {
  /** A host name, or the folder of the server's socket. */
  readonly host: string;
  readonly port: number;
}

export async function openPgSession(
  address: ServerAddress,
  login: Login,
  whileRealWork: WhileRealWork,
): Promise<SqlSession | SqlMessage> {
  const { user, database, applicationName } = login;
  // Without a password the driver would look for one in the environment of this process.
  const password = login.password ?? "";
  const client = new pg.Client({
    ...address,
    user,
    database,
    password,
    ...(applicationName !== undefined && { application_name: applicationName }),
  });
  // The server may go away at any time; the next query says so.
  client.on("error", () => undefined);
  try {
    await whileRealWork(client.connect());
  } catch (error) {
    return messageOf(error, "FATAL");
  }
  return {
    query: (text) => whileRealWork(runQuery(client, text)),
    end: () => whileRealWork(client.end().catch(() => undefined)),
  };
}

function runQuery(client: pg.Client, text: string): Promise<SqlAnswer> {
  return new Promise((resolve) => {
    const results: SqlResult[] = [];
    const notices: SqlMessage[] = [];
    const notice = (message: unknown) => void notices.push(messageOf(message, "NOTICE"));
    client.on("notice", notice);
    const done = (answer: SqlAnswer) => {
      client.off("notice", notice);
      resolve(answer);
    };
    let columns: SqlColumn[] = [];
    let rows: (string | null)[][] = [];
    const finish = (tag: string) => {
      results.push({ columns, rows, tag });
      columns = [];
      rows = [];
    };
    const query = {
      submit: (connection: { query(text: string): void }) => connection.query(text),
      handleRowDescription: ({ fields }: { fields: readonly PgField[] }) => {
        columns = fields.map(({ name, dataTypeID }) => ({
          name,
          numeric: numericTypes.has(dataTypeID),
        }));
      },
      handleDataRow: ({ fields }: { fields: (string | null)[] }) => void rows.push(fields),
      handleCommandComplete: ({ text: tag }: { text: string }) => finish(tag),
      handleEmptyQuery: () => undefined,
      handlePortalSuspended: () => undefined,
      handleCopyInResponse: (connection: { sendCopyFail(reason: string): void }) =>
        connection.sendCopyFail("COPY from the client is not emulated"),
      handleCopyData: () => undefined,
      // After an error the driver forgets the query, and does not tell it that the server is ready.
      handleError: (error: unknown) => done({ results, notices, error: messageOf(error, "ERROR") }),
      handleReadyForQuery: () => done({ results, notices }),
    };
    client.query(query);
  });
}

interface PgField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** int8, int2, int4, oid, xid, cid, float4, float8, money, numeric. */
const numericTypes: ReadonlySet<number> = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700]);

function messageOf(error: unknown, severity: string): SqlMessage {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === "object" && error !== null ? Object.fromEntries(entriesOf(error)) : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const [detail, hint, where, position] = ["detail", "hint", "where", "position"].map(text);
  return {
    severity: text("severity") ?? severity,
    code: text("code") ?? "08006",
    message: text("message") ?? "the connection was lost",
    ...(detail && { detail }),
    ...(hint && { hint }),
    ...(where && { context: where }),
    ...(position && { position: Number(position) }),
  };
}

/** `message` of an Error is its own but not enumerable. */
const entriesOf = (error: object): [string, unknown][] => [
  ["message", "message" in error ? error.message : undefined],
  ...Object.entries(error),
];
