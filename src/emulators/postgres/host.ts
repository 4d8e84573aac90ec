/** Real PostgreSQL 15 clusters for emulated machines: one folder and one server each. */

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Binaries, findBinaries } from "./binaries.ts";
import { bootstrapSql } from "./bootstrap.ts";
import type { PostgresHost, RunningDatabase } from "./database.ts";
import { openPgSession, type WhileRealWork } from "./pg-session.ts";
import { mustRun } from "./role-model.ts";
import { runProgram, type Server, startServer } from "./server-process.ts";

export interface PostgresHostOptions {
  /** Where clusters are kept; a temporary folder, removed by `close`, when absent. */
  readonly dataDir?: string;
  /** Holds a virtual clock still while something real is under way. */
  readonly whileRealWork?: WhileRealWork;
}

/** Throws when there is no PostgreSQL for this platform, or nobody to run it as. */
export function createPostgresHost(options: PostgresHostOptions = {}): PostgresHost {
  const scratch = mkdtempSync(join(tmpdir(), "silo-pg-"));
  chmodSync(scratch, 0o755);
  const clean = () => rmSync(scratch, { recursive: true, force: true });
  process.once("exit", clean);
  const binaries = findBinaries(scratch);
  const folder = ownedFolder(binaries, resolve(options.dataDir ?? join(scratch, "clusters")));
  const sockets = ownedFolder(binaries, join(scratch, "s"));
  const templates = makeTemplates(binaries, ownedFolder(binaries, join(scratch, "t")), sockets);
  const whileRealWork: WhileRealWork = options.whileRealWork ?? ((work) => work);
  const servers = new Map<string, Promise<Server>>();
  const dataOf = (id: string) => join(folder, id.replaceAll(/[^\w-]/g, "_"));

  const stop = async (id: string): Promise<void> => {
    const starting = servers.get(id);
    servers.delete(id);
    await (await starting?.catch(() => undefined))?.stop();
  };
  const close = async (): Promise<void> => {
    await Promise.all([...servers.keys()].map(stop));
    process.off("exit", clean);
    clean();
  };
  return {
    has: (id) => existsSync(join(dataOf(id), "PG_VERSION")),
    create: (id, kind) =>
      whileRealWork(templates(kind).then((from) => copyFolder(binaries, from, dataOf(id)))),
    start: async (id) => {
      const running = servers.get(id) ?? startServer(binaries, { data: dataOf(id), sockets });
      servers.set(id, running);
      running.catch(() => servers.delete(id));
      return openDatabase(await whileRealWork(running), sockets, whileRealWork);
    },
    stop: (id) => whileRealWork(stop(id)),
    copy: async (from, to) => {
      if (!existsSync(join(dataOf(from), "PG_VERSION"))) return;
      await whileRealWork(copyFolder(binaries, dataOf(from), dataOf(to)));
      // Of a server that runs; the copy has none, and recovers when it gets one.
      rmSync(join(dataOf(to), "postmaster.pid"), { force: true });
    },
    discard: async (id) => {
      await whileRealWork(stop(id));
      rmSync(dataOf(id), { recursive: true, force: true });
    },
    close: () => whileRealWork(close()),
  };
}

/** The socket trusts, as the loopback of the image; over TCP every role needs its password. */
function openDatabase(
  { port }: Server,
  sockets: string,
  whileRealWork: WhileRealWork,
): RunningDatabase {
  const address = { host: "127.0.0.1", port };
  return {
    address,
    connect: (login) => {
      const from = login.password === undefined ? { host: sockets, port } : address;
      return openPgSession(from, login, whileRealWork);
    },
  };
}

/** Made at the first use, then copied: initdb and the bootstrap take much longer than that. */
function makeTemplates(binaries: Binaries, folder: string, sockets: string) {
  const made = new Map<"bare" | "image", Promise<string>>();
  const template = (kind: "bare" | "image"): Promise<string> => {
    const making = made.get(kind) ?? (kind === "bare" ? makeBare() : makeImage());
    made.set(kind, making);
    return making;
  };
  const makeBare = async () => {
    const data = join(folder, "bare");
    const options = ["--no-sync", "--locale=C", "-E", "UTF8", "-A", "trust", "--wal-segsize=1"];
    await runProgram(binaries, binaries.initdb, ["-D", data, "-U", "postgres", ...options]);
    writeFileSync(join(data, "pg_hba.conf"), accessRules);
    return data;
  };
  const makeImage = async () => {
    const data = join(folder, "image");
    await copyFolder(binaries, await template("bare"), data);
    const server = await startServer(binaries, { data, sockets });
    try {
      const database = openDatabase(server, sockets, (work) => work);
      await mustRun(database, "postgres", bootstrapSql);
    } finally {
      await server.stop();
    }
    return data;
  };
  return template;
}

const accessRules = `local all all trust
host all all 127.0.0.1/32 scram-sha-256
`;

/** Copied as the user that runs the server, so that it owns the copy. */
const copyFolder = (binaries: Binaries, from: string, to: string): Promise<void> =>
  runProgram(binaries, "cp", ["-R", "-p", from, to]);

function ownedFolder({ runAs }: Binaries, path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o711 });
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
  return path;
}
