/** Opens loopback ports for an emulator: one for its API, one for the public proxy. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Fetch } from "#world/effects.ts";

export interface ListenOptions {
  /** Port of the API; 0 takes a free one. The proxy always takes a free one unless named. */
  readonly port: number;
  readonly proxyPort?: number;
}

export interface Listening {
  readonly apiUrl: string;
  /** Reaches an app as `<app>.fly.dev.localhost:PORT`, or by Host header. */
  readonly proxyUrl: string;
  close(): Promise<void>;
}

/** One port, for an emulator that is an API and nothing else. */
export async function listenToApi(
  { fetch }: { readonly fetch: Fetch },
  port: number,
): Promise<Pick<Listening, "apiUrl" | "close">> {
  const api = await open(fetch, "http", port);
  return { apiUrl: api.url, close: () => shut(api.server) };
}

export async function listen(
  emulator: { readonly fetch: Fetch; readonly proxy: Fetch },
  options: ListenOptions,
): Promise<Listening> {
  const api = await open(emulator.fetch, "http", options.port);
  const proxy = await open(emulator.proxy, "https", options.proxyPort ?? 0).catch(async (error) => {
    await shut(api.server);
    throw error;
  });
  return {
    apiUrl: api.url,
    proxyUrl: proxy.url,
    async close() {
      await Promise.all([shut(api.server), shut(proxy.server)]);
    },
  };
}

/** The emulator is told `scheme` though the socket is plain: the proxy stands for port 443. */
function open(
  fetch: Fetch,
  scheme: "http" | "https",
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer((incoming, outgoing) => {
    pass(fetch, { scheme, incoming, outgoing }).catch((error: unknown) => fail(outgoing, error));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve({ server, url: `http://127.0.0.1:${bound}` });
    });
  });
}

/** Rejects when the answer is a broken connection. */
async function pass(
  fetch: Fetch,
  {
    scheme,
    incoming,
    outgoing,
  }: {
    readonly scheme: string;
    readonly incoming: IncomingMessage;
    readonly outgoing: ServerResponse;
  },
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "GET", headers, url = "/" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD" && chunks.length > 0;
  const response = await fetch(`${scheme}://${headers.host ?? "127.0.0.1"}${url}`, {
    method,
    headers: headersOf(incoming),
    signal: gone.signal,
    ...(hasBody && { body: Buffer.concat(chunks) }),
  });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** A connection that a fault broke is broken here too; anything else is a bug and says so. */
function fail(outgoing: ServerResponse, error: unknown): void {
  const isBroken = error instanceof TypeError && error.message === "fetch failed";
  if (isBroken || outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(500, { "content-type": "text/plain" }).end(`Emulator bug: ${error}\n`);
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  return headers;
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
