/** An HTTP server of this process, for a handler that knows nothing of sockets. */

import type { Server } from "node:http";
import { serve } from "@hono/node-server";

export type Handler = (request: Request, address: string) => Response | Promise<Response>;

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A request that does not arrive whole in time is dropped. */
const limits = { headersTimeout: 10_000, requestTimeout: 30_000 };

/** Rejects when the port cannot be had. */
export function serveHttp(handler: Handler, { host, port }: ServeOptions): Promise<Serving> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: (request, { incoming }) => handler(request, incoming.socket.remoteAddress ?? ""),
        hostname: host,
        port,
        serverOptions: limits,
      },
      (bound) => {
        const name = host.includes(":") ? `[${host}]` : host;
        resolve({ url: `http://${name}:${bound.port}`, close: () => shut(server as Server) });
      },
    );
    server.once("error", reject);
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
