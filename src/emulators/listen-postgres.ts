/**
 * A loopback port that stands for `<app>-pg.fly.dev:5432` of every app: Postgres' protocol as far as the
 * end of the login, and no further. There is one address for all, so the user names the app:
 * `supabase_admin.devenv-acme-erp-pg`. Without TLS, which needs a certificate.
 */

import { createServer, type Socket } from "node:net";
import type { LoginReply } from "./workload.ts";

export interface PublicPostgres {
  publicLogin(
    host: string,
    login: { readonly user: string; readonly password: string },
  ): Promise<LoginReply | undefined>;
}

const sslRequest = 80_877_103;
const protocol = 0x0003_0000;

export function listenToPostgres(
  emulator: PublicPostgres,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, emulator).catch(() => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      resolve({
        address: `127.0.0.1:${typeof bound === "object" && bound ? bound.port : 0}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}

async function serve(socket: Socket, emulator: PublicPostgres): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    while (buffer.length < length) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("the client has gone");
      buffer = Buffer.concat([buffer, value]);
    }
    const taken = buffer.subarray(0, length);
    buffer = buffer.subarray(length);
    return taken;
  };
  const packet = async () => take((await take(4)).readInt32BE(0) - 4);
  let first = await packet();
  if (first.readInt32BE(0) === sslRequest) {
    socket.write("N");
    first = await packet();
  }
  if (first.readInt32BE(0) !== protocol)
    return void socket.end(refusal("08P01", "no such protocol"));
  const [user = "", app = ""] = (parametersOf(first).get("user") ?? "").split(".");
  socket.write(message("R", int32(3)));
  await take(1);
  const password = (await packet()).toString().replace(/\0$/, "");
  const reply = await emulator.publicLogin(`${app}.fly.dev`, { user, password });
  if (reply === undefined) return void socket.destroy();
  if (reply !== "let-in") return void socket.end(refusal(reply.code, reply.message));
  socket.end(Buffer.concat([message("R", int32(0)), message("Z", Buffer.from("I"))]));
}

function parametersOf(startup: Buffer): ReadonlyMap<string, string> {
  const words = startup.subarray(4).toString().split("\0");
  const pairs = words.flatMap((word, at): [string, string][] =>
    at % 2 === 0 ? [[word, words[at + 1] ?? ""]] : [],
  );
  return new Map(pairs);
}

const refusal = (code: string, text: string): Buffer =>
  message("E", Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`));

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
