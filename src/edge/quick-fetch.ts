/**
 * A `fetch` over node:http for programs that live for moments: undici, and the global `Headers` and
 * `Response` (which load Node's own copy of it), take longer to load than a plan of one silo takes.
 * What it answers has the parts of a Response that the clients read. It follows no redirect, repeats
 * nothing, and goes by HTTPS_PROXY and NO_PROXY.
 */

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Fetch } from "#world/effects.ts";
import { lookupName } from "./local-names.ts";

const mostConnections = 256;
/** Short, since a write on a connection that the server is closing is of unknown outcome. */
const idleMs = 4_000;
const connectMs = 10_000;

interface Door {
  readonly request: (url: URL, options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
}

export function createQuickFetch(): Fetch {
  const doors = new Map<string, Door>();
  const doorOf = (protocol: string): Door => {
    const door = doors.get(protocol) ?? openDoor(protocol);
    doors.set(protocol, door);
    return door;
  };
  return async (input, init = {}) => {
    if (typeof input !== "string" && !(input instanceof URL)) {
      throw new TypeError("This fetch takes an address, not a Request");
    }
    const url = new URL(input);
    const { request, agent } = doorOf(url.protocol);
    const incoming = await exchange(
      request(url, {
        agent,
        lookup: lookupName,
        method: init.method ?? "GET",
        headers: { ...(init.headers as Record<string, string> | undefined) },
        ...(init.signal && { signal: init.signal }),
      }),
      init.body as string | Uint8Array | undefined,
    );
    // What is missing of a Response nobody reads.
    return new QuickResponse(incoming) as unknown as Response;
  };
}

/**
 * TLS is loaded only where it is spoken. An `import` of either module would ask it for all it exports,
 * and so load undici after all.
 */
function openDoor(protocol: string): Door {
  const { request, Agent } = process.getBuiltinModule(
    protocol === "https:" ? "node:https" : "node:http",
  );
  const agent = new Agent({
    keepAlive: true,
    maxSockets: mostConnections,
    timeout: idleMs,
    proxyEnv: process.env,
  });
  return { request, agent };
}

function exchange(
  request: ClientRequest,
  body: string | Uint8Array | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    // Also later, when the answer is there and the connection breaks: the reader is told of that.
    request.on("error", reject);
    request.once("socket", (socket) => {
      // The agent's time-out is for idle connections; how long an answer may take is the client's.
      socket.setTimeout(0);
      if (!socket.connecting) return;
      const timer = setTimeout(() => request.destroy(new ConnectTimeout()), connectMs);
      socket.once("connect", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    });
    request.end(body);
  });
}

class ConnectTimeout extends Error {
  readonly code = "ERR_CONNECT_TIMEOUT";
  constructor() {
    super(`no connection within ${connectMs / 1_000} s`);
  }
}

class QuickResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: QuickHeaders;
  readonly body: QuickBody;
  constructor(incoming: IncomingMessage) {
    this.status = incoming.statusCode ?? 0;
    this.ok = this.status >= 200 && this.status <= 299;
    this.headers = new QuickHeaders(incoming.headers);
    this.body = new QuickBody(incoming);
  }
  async text(): Promise<string> {
    const decoder = new TextDecoder();
    const reader = this.body.getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
    }
  }
}

class QuickHeaders {
  readonly #values: ReadonlyMap<string, string>;
  constructor(headers: IncomingMessage["headers"]) {
    this.#values = new Map(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    );
  }
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }
  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }
  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values[Symbol.iterator]();
  }
}

class QuickBody {
  readonly #incoming: IncomingMessage;
  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
  }
  getReader() {
    const chunks: AsyncIterator<Uint8Array> = this.#incoming[Symbol.asyncIterator]();
    return { read: () => chunks.next(), cancel: () => this.cancel() };
  }
  async cancel(): Promise<void> {
    this.#incoming.destroy();
  }
}
