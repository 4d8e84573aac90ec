/** psql without psql: its arguments are interpreted and its statements run through a session. */

import type { FlyExecRequest, FlyExecResult } from "#wire/fly.ts";
import { type Database, isSession, type SqlMessage, type SqlSession } from "./database.ts";
import { type PsqlAction, type PsqlOptions, parsePsqlOptions } from "./psql-options.ts";
import { printMessage, printResult } from "./psql-print.ts";
import { isOn, type PsqlRun, runScript } from "./psql-script.ts";

export interface PsqlPlace {
  readonly database: Database;
  readonly env: Readonly<Record<string, string>>;
  /** Text of each file of the machine by path, for `-f`. */
  readonly files: Readonly<Record<string, string>>;
}

export async function runPsql(place: PsqlPlace, request: FlyExecRequest): Promise<FlyExecResult> {
  const options = parsePsqlOptions(request.command.slice(1), place.env);
  if (typeof options === "string") return failed(1, `psql: error: ${options}\n`);
  const session = await openSession(place.database, options);
  if (!isSession(session)) return failed(2, `psql: error: ${connectionText(options, session)}\n`);
  const run: PsqlRun = {
    session,
    options,
    env: place.env,
    variables: new Map(Object.entries(options.variables)),
    stdout: [],
    stderr: [],
  };
  try {
    const exit_code = await runActions(run, place, request.stdin ?? "");
    return { exit_code, stdout: run.stdout.join(""), stderr: run.stderr.join("") };
  } finally {
    await session.end();
  }
}

/** Who the server lets in from its own machine, as pg_hba.conf and pg_ident.conf of the image say. */
async function openSession(
  database: Database,
  options: PsqlOptions,
): Promise<SqlSession | SqlMessage> {
  const { host, user } = options;
  const login = { user, database: options.database, applicationName: options.applicationName };
  if (host === undefined || host.startsWith("/")) {
    if (user === "postgres") return database.connect({ ...login, password: undefined });
    if (user !== "supabase_admin") return fatal(`Peer authentication failed for user "${user}"`);
    return options.password === undefined
      ? { ...fatal("no password supplied"), severity: "fe_sendauth" }
      : database.connect({ ...login, password: options.password });
  }
  if (["localhost", "127.0.0.1", "::1"].includes(host)) {
    return database.connect({ ...login, password: undefined });
  }
  return { ...fatal("Name or service not known"), severity: "could not translate host name" };
}

const fatal = (message: string): SqlMessage => ({ severity: "FATAL", code: "28000", message });

function connectionText({ host, port }: PsqlOptions, { severity, message }: SqlMessage): string {
  if (host === undefined || host.startsWith("/")) {
    const socket = `${host ?? "/var/run/postgresql"}/.s.PGSQL.${port}`;
    return `connection to server on socket "${socket}" failed: ${severity}:  ${message}`;
  }
  if (severity.startsWith("could not")) return `${severity} "${host}" to address: ${message}`;
  return `connection to server at "${host}", port ${port} failed: ${severity}:  ${message}`;
}

async function runActions(run: PsqlRun, place: PsqlPlace, stdin: string): Promise<number> {
  const { options, session } = run;
  const actions: readonly PsqlAction[] =
    options.actions.length > 0 ? options.actions : [{ kind: "file", path: "-" }];
  const stops = isOn(run.variables.get("ON_ERROR_STOP"));
  if (options.singleTransaction) await session.query("begin");
  let exitCode = 0;
  for (const action of actions) {
    exitCode = await runAction(run, place, action, stdin);
    if (exitCode !== 0 && stops) break;
  }
  if (options.singleTransaction) await session.query(exitCode === 0 ? "commit" : "rollback");
  return exitCode;
}

async function runAction(
  run: PsqlRun,
  place: PsqlPlace,
  action: PsqlAction,
  stdin: string,
): Promise<number> {
  if (action.kind === "file") {
    const text = action.path === "-" ? stdin : place.files[action.path];
    if (text !== undefined)
      return runScript(run, text, action.path === "-" ? "<stdin>" : action.path);
    run.stderr.push(`psql: error: ${action.path}: No such file or directory\n`);
    return 1;
  }
  if (action.text.startsWith("\\")) return runScript(run, action.text, "<stdin>");
  const answer = await run.session.query(action.text);
  run.stdout.push(...answer.results.map((result) => printResult(result, run.options)));
  run.stderr.push(...answer.notices.map((notice) => printMessage(notice, action.text, "")));
  if (!answer.error) return 0;
  run.stderr.push(printMessage(answer.error, action.text, ""));
  return 1;
}

const failed = (exit_code: number, stderr: string): FlyExecResult => ({
  exit_code,
  stdout: "",
  stderr,
});
