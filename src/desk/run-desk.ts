/** `silo desk`: the Service Desk, until it is interrupted. */

import type { CommandContext, RunCommand } from "#commands/types.ts";
import { appendOnly } from "#edge/append-only.ts";
import { createFetch } from "#edge/fetch.ts";
import { type Serving, serveHttp } from "#edge/serve.ts";
import { standardStreams } from "#edge/standard-streams.ts";
import { Refused } from "#silo/errors.ts";
import type { Desk } from "./desk.ts";
import { deskApp } from "./http/app.ts";
import { makeDesk } from "./make-desk.ts";
import { serveStdio } from "./mcp/over-stdio.ts";

const usualAudit = ".silo/desk-audit.jsonl";
const usualPort = "4290";
const lastWordsMs = 3_000;
const loopback = "127.0.0.1";

export const run: RunCommand = async (context) => {
  const { options, output, variable } = context;
  const overStdio = options.has("stdio");
  const audit = appendOnly(options.value("audit") ?? usualAudit);
  const fetch = createFetch();
  try {
    const desk = await makeDesk(context, {
      // Standard output belongs to the protocol there.
      sinks: [audit.append, overStdio ? output.note : output.write],
      fetch,
      isLocal: isLoopback(variable("FLY_API_BASE_URL")),
      fromGit: options.has("from-git"),
    });
    if (overStdio) await serveStdio(desk, variable("SILO_DESK_TOKEN"), standardStreams());
    else await serve(desk, context);
    await lastWords(desk);
    return 0;
  } finally {
    audit.close();
    void fetch.close();
  }
};

async function serve(desk: Desk, context: CommandContext): Promise<void> {
  const { output, signal } = context;
  const at = listenAt(context.options.value("listen"), desk.url);
  const server = await open(desk, at, context.variable("FLY_APP_NAME") !== undefined);
  output.write(`${JSON.stringify({ url: server.url })}\n`);
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  await server.close();
}

/** What was noted is written, if that takes no longer than a machine is given to stop. */
async function lastWords({ uses, clock }: Desk): Promise<void> {
  const done = new AbortController();
  const settled = uses.settled().finally(() => done.abort());
  await Promise.race([settled, clock.sleep(lastWordsMs, done.signal)]).catch(() => undefined);
}

/** Fly's proxy says who it has the request from, and lets nobody else say so. */
export function open(
  desk: Desk,
  at: { readonly host: string; readonly port: number },
  behindFlyProxy = false,
): Promise<Serving> {
  const app = deskApp(desk);
  return serveHttp((request, peer) => {
    const address = (behindFlyProxy && request.headers.get("fly-client-ip")) || peer;
    return app.fetch(request, { address });
  }, at);
}

function listenAt(text: string | undefined, url: string | undefined) {
  const given = text ?? `${loopback}:${usualPort}`;
  const [, name, port = usualPort] = /^(?:(.+):)?(\d{1,5})$/.exec(given) ?? [];
  const host = (name ?? loopback).replace(/^\[(.*)\]$/, "$1");
  if (!/^[A-Za-z0-9.:-]+$/.test(host) || Number(port) > 65_535 || !/\d$/.test(given)) {
    throw new Refused(`--listen is "${given}"`, { exitCode: 2, fix: "say 4290, or 0.0.0.0:4290" });
  }
  const isOpen = host !== loopback && host !== "localhost" && host !== "::1";
  if (isOpen && url === undefined) {
    throw new Refused(`--listen ${given} lets others in, and the desk does not know its own name`, {
      exitCode: 4,
      fix: "set `desk.url` in silo.config.yml: requests must name it, and workflow tokens be meant for it",
    });
  }
  return { host, port: Number(port) };
}

const isLoopback = (url: string | undefined): boolean =>
  url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
