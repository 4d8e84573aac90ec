/** The wrong login over real sockets, and what each kind of server makes of it. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { logInWrongly } from "#edge/log-in-wrongly.ts";
import { cryptoRandom } from "#edge/node-effects.ts";
import { listenToPostgres } from "#emulators/listen-postgres.ts";
import { createPostgresHost } from "#emulators/postgres/host.ts";
import { selfSigned } from "./self-signed.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const tryAt = (localAddress: string) =>
  logInWrongly("devenv-acme-erp-pg.fly.dev", { random: cryptoRandom, localAddress });

/** A server that answers the first bytes it gets, and then those after. */
function aServer(...answers: readonly (Buffer | undefined)[]): Promise<string> {
  const server = createServer((socket: Socket) => {
    const left = [...answers];
    socket.on("error", () => undefined);
    socket.on("data", () => {
      const answer = left.shift();
      if (answer === undefined) socket.destroy();
      else socket.write(answer);
    });
  });
  closing.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
    });
  });
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const authentication = (kind: number, more = "") => {
  const body = Buffer.alloc(4);
  body.writeInt32BE(kind);
  return message("R", Buffer.concat([body, Buffer.from(more)]));
};

test("a real PostgreSQL asks for SCRAM and refuses", async () => {
  const host = createPostgresHost();
  closing.push(() => host.close());
  await host.create("one", "image");
  const { address } = await host.start("one");
  // The suffix by which a local cloud tells apps apart is part of the role's name to it.
  expect(await tryAt(`${address?.host}:${address?.port}`)).toEqual({
    kind: "refused",
    code: "28P01",
    message: 'password authentication failed for user "supabase_admin.devenv-acme-erp-pg"',
  });
});

test("the local cloud knows the app by the user, and passes the answer on", async () => {
  const asked: unknown[] = [];
  const { address, close } = await listenToPostgres({
    publicLogin: async (host, { user }) => {
      asked.push({ host, user });
      return { code: "28P01", message: "no" };
    },
  });
  closing.push(close);
  expect(await tryAt(address)).toEqual({ kind: "refused", code: "28P01", message: "no" });
  expect(asked).toEqual([{ host: "devenv-acme-erp-pg.fly.dev", user: "supabase_admin" }]);
});

test.each([
  ["trusts at once", [authentication(0)]],
  ["asks for a password and takes any", [authentication(3), authentication(0)]],
  [
    "takes any SCRAM",
    [
      authentication(10, "SCRAM-SHA-256\0\0"),
      authentication(11, "r=x,s=eA==,i=1"),
      authentication(0),
    ],
  ],
])("one that %s lets anybody in", async (_what, answers) => {
  expect(await tryAt(await aServer(...answers))).toEqual({ kind: "let-in" });
});

test.each([
  ["ends the connection", [], /ended the connection/],
  ["speaks HTTP", [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")], /does not speak the protocol/],
  ["asks for Kerberos", [authentication(7)], /a way to log in that is not known \(7\)/],
])("one that %s proves nothing", async (_what, answers, why) => {
  expect(await tryAt(await aServer(...answers))).toEqual({
    kind: "no-answer",
    why: expect.stringMatching(why),
  });
});

/** As Fly's `pg_tls`: a byte that says yes, TLS, and then Postgres. */
async function aTlsServer(answers: readonly Buffer[]) {
  const { key, cert } = selfSigned();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("S");
      const secure = new TLSSocket(socket, { isServer: true, key, cert });
      const left = [...answers];
      secure.on("error", () => undefined);
      secure.on("data", () => secure.write(left.shift() ?? ""));
    });
  });
  closing.push(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, ca: cert };
}

const refusal = message("E", Buffer.from("SFATAL\0C28P01\0Mno\0\0"));

test("over TLS, with a certificate that is checked", async () => {
  const { port, ca } = await aTlsServer([authentication(3), refusal]);
  const known = await logInWrongly("localhost", { random: cryptoRandom, port, ca });
  expect(known).toEqual({ kind: "refused", code: "28P01", message: "no" });
  const trusting = await aTlsServer([authentication(0)]);
  expect(await logInWrongly("localhost", { random: cryptoRandom, ...trusting })).toEqual({
    kind: "let-in",
  });
  // Somebody in between could say anything.
  const unknown = await logInWrongly("localhost", { random: cryptoRandom, port });
  expect(unknown).toEqual({ kind: "no-answer", why: expect.stringMatching(/self.signed/) });
});

test("a server without TLS proves nothing", async () => {
  const [, port] = (await aServer(Buffer.from("N"))).split(":");
  const answer = await logInWrongly("localhost", { random: cryptoRandom, port: Number(port) });
  expect(answer).toEqual({ kind: "no-answer", why: "it offers no TLS" });
});

test("nobody there proves nothing", async () => {
  const address = await aServer();
  for (const close of closing.splice(0)) await close();
  expect(await tryAt(address)).toMatchObject({ kind: "no-answer" });
});
