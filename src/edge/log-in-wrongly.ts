/**
 * A login to a public Postgres with a password that cannot be right, over the wire protocol: TLS,
 * start, and whatever the server asks for answered with random bytes. It must not be let in.
 * https://www.postgresql.org/docs/15/protocol-flow.html
 */

import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as startTls } from "node:tls";
import type { Random } from "#world/effects.ts";
import type { LoginAnswer } from "#world/fly.ts";
import { readExactly, readMessage } from "./postgres-messages.ts";

/** The superuser of the image: whom trust would make of anybody. */
const user = "supabase_admin";
const usualPort = 5432;
const timeoutMs = 10_000;
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

export interface LoginSettings {
  readonly random: Random;
  /** Where a local cloud answers for every app, `host:port`; it tells them apart by the user. */
  readonly localAddress?: string | undefined;
  /** Another port than Postgres' own, and who besides the usual authorities may vouch for a server. */
  readonly port?: number;
  readonly ca?: string;
}

export async function logInWrongly(
  host: string,
  { random, localAddress, port = usualPort, ca }: LoginSettings,
): Promise<LoginAnswer> {
  const [localHost, localPort] = localAddress?.split(":") ?? [];
  const socket = connect({ host: localHost ?? host, port: Number(localPort ?? port) });
  const late = setTimeout(() => socket.destroy(new Error("no answer in 10 s")), timeoutMs);
  // Whoever reads is told of an error; without a listener it would end the process.
  socket.on("error", () => undefined);
  try {
    const stream = localAddress === undefined ? await overTls(socket, host, ca) : socket;
    const name = localAddress === undefined ? user : `${user}.${host.split(".")[0]}`;
    stream.write(startup(name));
    return await answered(stream, random);
  } catch (error) {
    return { kind: "no-answer", why: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

/** Its certificate is checked: an answer of somebody in between would prove nothing. */
async function overTls(socket: Socket, host: string, ca: string | undefined): Promise<Duplex> {
  socket.write(sslRequest);
  const [word] = await readExactly(socket, 1);
  if (word !== 0x53) throw new Error("it offers no TLS");
  const secure = startTls({ socket, servername: host, ...(ca !== undefined && { ca }) });
  secure.on("error", () => undefined);
  await new Promise<void>((done, fail) => {
    secure.once("secureConnect", done);
    secure.once("error", fail);
    secure.once("close", () => fail(new Error("it ended the connection")));
  });
  return secure;
}

function startup(name: string): Buffer {
  const text = Buffer.from(`user\0${name}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(text.length + 8, 0);
  head.writeInt32BE(0x0003_0000, 4);
  return Buffer.concat([head, text]);
}

/** At most a few turns: SASL takes three, and nothing takes more. */
async function answered(stream: Duplex, random: Random): Promise<LoginAnswer> {
  for (let turn = 0; turn < 8; turn++) {
    const { type, body } = await readMessage(stream);
    if (type === "E") return refusedWith(body);
    // NegotiateProtocolVersion and notices say nothing of the login.
    if (type === "v" || type === "N") continue;
    if (type !== "R") return { kind: "no-answer", why: `it answered with a message "${type}"` };
    const asked = body.readInt32BE(0);
    if (asked === 0) return { kind: "let-in" };
    const reply = wrongReply(asked, body, random);
    if (reply === undefined) {
      return { kind: "no-answer", why: `it asks for a way to log in that is not known (${asked})` };
    }
    stream.write(message(reply));
  }
  return { kind: "no-answer", why: "it asks on and on" };
}

/** To 3 plain text, 5 MD5, 10 SASL begun, 11 SASL continued. */
function wrongReply(asked: number, body: Buffer, random: Random): Buffer | undefined {
  const bytes = (length: number) => Buffer.from(random.bytes(length));
  const ended = (text: string) => Buffer.from(`${text}\0`);
  if (asked === 3) return ended(bytes(32).toString("hex"));
  if (asked === 5) return ended(`md5${bytes(16).toString("hex")}`);
  if (asked === 10) {
    const first = Buffer.from(`n,,n=,r=${bytes(18).toString("base64")}`);
    const length = Buffer.alloc(4);
    length.writeInt32BE(first.length);
    return Buffer.concat([ended("SCRAM-SHA-256"), length, first]);
  }
  if (asked !== 11) return undefined;
  const nonce = /r=([^,]+)/.exec(body.subarray(4).toString())?.[1] ?? "";
  return Buffer.from(`c=biws,r=${nonce},p=${bytes(32).toString("base64")}`);
}

function message(body: Buffer): Buffer {
  const head = Buffer.from([0x70, 0, 0, 0, 0]);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Fields are a letter and a text each: `C` the code, `M` the message. */
function refusedWith(body: Buffer): LoginAnswer {
  const fields = new Map(
    body
      .toString()
      .split("\0")
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  return {
    kind: "refused",
    code: fields.get("C") ?? "",
    message: (fields.get("M") ?? "without a word").slice(0, 200),
  };
}
