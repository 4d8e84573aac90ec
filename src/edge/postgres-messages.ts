/** Reading a stream by the byte, and Postgres' messages off it. */

import type { Duplex } from "node:stream";

const longest = 64 * 1024;

export async function readMessage(
  stream: Duplex,
): Promise<{ readonly type: string; readonly body: Buffer }> {
  const head = await readExactly(stream, 5);
  const length = head.readInt32BE(1) - 4;
  if (length < 0 || length > longest) throw new Error("it does not speak the protocol of Postgres");
  return {
    type: String.fromCharCode(head[0] ?? 0),
    body: length === 0 ? Buffer.alloc(0) : await readExactly(stream, length),
  };
}

/** Rejects when the stream ends or breaks first. */
export function readExactly(stream: Duplex, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      stream.off("readable", look);
      stream.off("error", fail);
      stream.off("end", end);
      stream.off("close", end);
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    const end = () => fail(stream.errored ?? new Error("it ended the connection"));
    const look = () => {
      const chunk: unknown = stream.read(length);
      if (!Buffer.isBuffer(chunk)) return;
      if (chunk.length < length) return end();
      stop();
      resolve(chunk);
    };
    stream.on("readable", look);
    stream.once("error", fail);
    stream.once("end", end);
    stream.once("close", end);
    if (stream.destroyed) end();
    else look();
  });
}
