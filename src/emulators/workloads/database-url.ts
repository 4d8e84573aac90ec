/** `postgres://user:password@host:port/database` and the login it stands for. */

import {
  type Database,
  isSession,
  type Login,
  type SqlMessage,
  type SqlSession,
} from "../postgres/database.ts";
import type { Guest } from "./program.ts";

export interface DatabaseUrl extends Login {
  readonly host: string;
  readonly port: number;
  readonly searchPath: string | undefined;
}

export function parseDatabaseUrl(text: string): DatabaseUrl | undefined {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 5432),
    user: decode(url.username),
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) || decode(url.username),
    searchPath: url.searchParams.get("search_path") ?? undefined,
  };
}

export type Connected =
  | { readonly kind: "connected"; readonly database: Database; readonly session: SqlSession }
  | { readonly kind: "failed"; readonly reason: string };

/** Logs in as the URL says. The reason never holds the password. */
export async function connectDatabase(guest: Guest, url: DatabaseUrl): Promise<Connected> {
  const database = guest.network.database(guest, url.host, url.port);
  if (!database) {
    const reason = `could not connect to server at "${url.host}", port ${url.port}: connection refused or no such host`;
    return { kind: "failed", reason };
  }
  const answer = await database.connect(url);
  if (isSession(answer)) return { kind: "connected", database, session: answer };
  return { kind: "failed", reason: describe(answer) };
}

/** Whether the role can log in, and nothing more. */
export async function tryLogin(guest: Guest, url: DatabaseUrl): Promise<Connected> {
  const connected = await connectDatabase(guest, url);
  if (connected.kind === "connected") await connected.session.end();
  return connected;
}

const describe = ({ severity, message, code }: SqlMessage): string =>
  `${severity}: ${message} (SQLSTATE ${code})`;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
