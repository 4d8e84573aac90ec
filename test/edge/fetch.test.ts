/** Both real fetches, that of the desk and that of commands, against real sockets. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { exchange } from "#clients/http.ts";
import { type ClosableFetch, createFetch } from "#edge/fetch.ts";
import { createQuickFetch } from "#edge/quick-fetch.ts";
import { selfSigned } from "./self-signed.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function serve(handler: RequestListener) {
  const sockets = new Set<Socket>();
  const server = createServer(handler).on("connection", (socket) => sockets.add(socket));
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, sockets };
}

function aFetch(options?: Parameters<typeof createFetch>[0]): ClosableFetch {
  const fetch = createFetch(options);
  cleanups.push(() => fetch.close());
  return fetch;
}

const realClock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

const both = [
  ["createFetch", aFetch],
  ["createQuickFetch", createQuickFetch],
] as const;

describe("createFetch", () => {
  it("sends method, headers and body, and reads the answer", async () => {
    const { url } = await serve((request, response) => {
      request.setEncoding("utf8").once("data", (body) => {
        response.writeHead(201, { "fly-request-id": "r1" });
        response.end(`${request.method} ${request.url} ${request.headers["x-a"]} ${body}`);
      });
    });
    const init = { method: "POST", headers: { "x-a": "1" }, body: "hello" };
    const fetch = aFetch();
    for (const answer of [
      await fetch(`${url}/p?q=1`, init),
      await fetch(new URL(`${url}/p?q=1`), init),
      await fetch(new Request(`${url}/p?q=1`, init)),
    ]) {
      expect([answer.status, answer.ok, answer.headers.get("fly-request-id")]).toEqual([
        201,
        true,
        "r1",
      ]);
      expect(await answer.text()).toBe("POST /p?q=1 1 hello");
    }
  });

  it("keeps connections and opens no more than it may", async () => {
    const { url, sockets } = await serve((_request, response) => response.end("x"));
    const fetch = aFetch({ connections: 3 });
    const get = async () => (await fetch(url)).text();
    for (let round = 0; round < 10; round++) await get();
    expect(sockets.size).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 20 }, get));
    expect(sockets.size).toBeLessThanOrEqual(3);
  });

  it("trusts an authority only when it is given", async () => {
    const pair = selfSigned();
    const port = await listen(createTlsServer(pair, (_request, response) => response.end("safe")));
    const folder = mkdtempSync(join(tmpdir(), "silo-ca-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, pair.cert);
    const url = `https://127.0.0.1:${port}`;
    await expect(aFetch()(url)).rejects.toThrow();
    expect(await (await aFetch({ caFile })(url)).text()).toBe("safe");
  });
});

describe.each(both)("%s", (_name, make) => {
  it("does not follow a redirect that it was told to hand over", async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect((await make()(url, { redirect: "manual" })).status).toBe(302);
  });

  it("never repeats a call by itself", async () => {
    let calls = 0;
    const { url } = await serve((request) => {
      calls++;
      request.socket.destroy();
    });
    for (const method of ["GET", "POST"]) {
      await expect(make()(url, { method })).rejects.toThrow();
    }
    expect(calls).toBe(2);
  });

  it("keeps connections, reads the answer whole, and finds names under localhost", async () => {
    const { url, sockets } = await serve((request, response) => {
      response.writeHead(201, { "x-a": "1" });
      request.setEncoding("utf8").on("data", (body) => response.end(`${request.method} ${body} é`));
    });
    const fetch = make();
    const local = url.replace("127.0.0.1", "silo.fly.dev.localhost");
    for (let round = 0; round < 5; round++) {
      const answer = await fetch(local, { method: "POST", body: "hello" });
      expect([answer.status, answer.ok, answer.headers.get("X-A")]).toEqual([201, true, "1"]);
      expect(await answer.text()).toBe("POST hello é");
    }
    expect(sockets.size).toBeLessThanOrEqual(2);
  });
});

describe.each(both)("an exchange over %s", (_name, make) => {
  const request = { method: "POST", headers: {}, body: "{}", timeoutMs: 5_000 };

  it("knows a connection that was refused from one that broke", async () => {
    const closed = createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const effects = { fetch: make(), clock: realClock };
    expect(await exchange(effects, { ...request, url: `http://127.0.0.1:${port}` })).toMatchObject({
      kind: "failure",
      why: "unsent",
    });
    const { url } = await serve((incoming) => incoming.socket.destroy());
    expect(await exchange(effects, { ...request, url })).toMatchObject({
      kind: "failure",
      why: "network",
    });
  });

  it("takes a body that breaks off for a broken connection", async () => {
    const { url } = await serve((incoming, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("[", () => incoming.socket.destroy());
    });
    const effects = { fetch: make(), clock: realClock };
    expect(await exchange(effects, { ...request, url })).toMatchObject({
      kind: "failure",
      why: "network",
    });
  });

  it("ends on time when the server is silent, and closes the connection", async () => {
    let closed: (() => void) | undefined;
    const hungUp = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await serve((incoming) => incoming.socket.once("close", () => closed?.()));
    const effects = { fetch: make(), clock: realClock };
    expect(await exchange(effects, { ...request, url, timeoutMs: 50 })).toMatchObject({
      kind: "failure",
      why: "timeout",
    });
    await hungUp;
  });
});
