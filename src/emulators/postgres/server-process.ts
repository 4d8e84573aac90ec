/** One PostgreSQL server as a child process that cannot outlive this one. */

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";

export interface Server {
  readonly port: number;
  /** Fast shutdown: sessions are ended, nothing is lost. */
  stop(): Promise<void>;
}

export interface ServerPlace {
  readonly data: string;
  /** A folder for the socket, short enough for its 107 bytes. */
  readonly sockets: string;
}

const startLimitMs = 30_000;
const readyText = "ready to accept connections";

/** Several tries, because a server of a killed process may still be on its way out. */
export async function startServer(binaries: Binaries, place: ServerPlace): Promise<Server> {
  for (let left = 40; ; left--) {
    const port = await freePort();
    const child = spawn(binaries.postgres, serverArguments(place, port), childOptions(binaries));
    const failure = await untilReady(child);
    if (failure === undefined) return { port, stop: stopper(child) };
    const retry = /lock file|Address already in use|pre-existing shared memory/.test(failure);
    if (!retry || left === 0) {
      throw new Error(`Cannot start PostgreSQL on ${place.data}: ${failure}`);
    }
    await wait(250);
  }
}

/** Runs a program to its end; rejects with what it said on standard error. */
export function runProgram(
  binaries: Pick<Binaries, "runAs">,
  program: string,
  args: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, childOptions(binaries));
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said.trim()}`)),
    );
  });
}

/** A session of its own: a Ctrl-C in the terminal must reach us first. */
const childOptions = ({ runAs }: Pick<Binaries, "runAs">) => ({
  ...runAs,
  detached: true,
  cwd: "/",
  stdio: ["ignore" as const, "ignore" as const, "pipe" as const],
  env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
});

/** Durability is not needed: the machine that would lose power is emulated. */
function serverArguments({ data, sockets }: ServerPlace, port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: sockets,
    unix_socket_permissions: "0700",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "16MB",
    dynamic_shared_memory_type: "mmap",
    wal_level: "logical",
    password_encryption: "scram-sha-256",
    log_min_messages: "log",
    autovacuum: "off",
  };
  return [
    "-D",
    data,
    ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ];
}

/** `undefined` when it answers, else its last words. */
function untilReady(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-4000);
      if (said.includes(readyText)) resolve(undefined);
    });
    child.on("error", ({ message }) => resolve(message));
    child.on("exit", () => resolve(said.trim()));
    void wait(startLimitMs, undefined, { ref: false }).then(() => {
      if (!said.includes(readyText)) child.kill("SIGQUIT");
    });
  });
}

function stopper(child: ChildProcess): () => Promise<void> {
  const { pid } = child;
  // Its input ends when this process does, however it ends; then it stops the server.
  const guard = spawn("sh", ["-c", 'read -r _; kill -INT "$1"', "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => undefined);
  guard.unref();
  child.unref();
  if (child.stderr && "unref" in child.stderr && typeof child.stderr.unref === "function") {
    child.stderr.unref();
  }
  if (guard.stdin && "unref" in guard.stdin && typeof guard.stdin.unref === "function") {
    guard.stdin.unref();
  }
  return () =>
    new Promise((resolve) => {
      guard.kill("SIGKILL");
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.ref();
      child.once("exit", () => resolve());
      child.kill("SIGINT");
    });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
