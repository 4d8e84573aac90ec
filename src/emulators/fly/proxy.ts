/** The public proxy: what answers at `<app>.fly.dev`. It wakes machines that allow it. */

import type { Cloud } from "./cloud.ts";
import type { AppRow, LongRequestRow, MachineRow, TrafficRow } from "./entities.ts";
import { hasPublicAddress, serviceFor } from "./neighbourhood.ts";
import { startMachine } from "./power.ts";
import { untilChange } from "./until-change.ts";

/** How long a request is held while a machine gets ready. */
const patienceMs = 60_000;

export async function answerProxy(cloud: Cloud, request: Request): Promise<Response> {
  const { app: name, port } = targetOf(request);
  await cloud.life.settle();
  const app = cloud.store.apps.get(name);
  const machines = app ? machinesOf(cloud, app) : [];
  if (!app || !hasPublicAddress(app, port, machines)) {
    return refusal(502, `no public address answers for ${name} on port ${port}`);
  }
  const { response, instance } = await answerFor(cloud, app, port, request);
  countTraffic(cloud, name, { status: response.status, ...(instance && { instance }) });
  return response;
}

/** By a machine, or by the proxy itself. */
interface Answer {
  readonly response: Response;
  readonly instance?: string;
}

async function answerFor(
  cloud: Cloud,
  app: AppRow,
  port: number,
  request: Request,
): Promise<Answer> {
  if (wantsHttps(machinesOf(cloud, app), port)) {
    const { pathname, search } = new URL(request.url);
    const location = `https://${app.name}.fly.dev${pathname}${search}`;
    return { response: new Response(null, { status: 301, headers: { location } }) };
  }
  const deadline = cloud.clock.now() + patienceMs;
  for (;;) {
    await cloud.life.settle();
    const candidates = machinesOf(cloud, app).filter(
      (row) => !row.cordoned && serviceFor(row, port),
    );
    const ready = candidates.find((row) => isListening(row, port));
    if (ready) {
      const response = await whileOpen(cloud, ready, respond(cloud, ready, port, request));
      return { response, instance: ready.id };
    }
    const coming = candidates.find(isComing) ?? wake(cloud, candidates, port);
    if (!coming || cloud.clock.now() >= deadline) {
      return { response: refusal(503, "no machine is available") };
    }
    await untilChange(coming, deadline, request, cloud);
    if (request.signal.aborted) return { response: refusal(503, "the client has gone") };
  }
}

/** One that is answered at once is never seen open. */
async function whileOpen<T>(
  { store, clock }: Cloud,
  { id: instance }: MachineRow,
  answer: Promise<T>,
): Promise<T> {
  const row: LongRequestRow = { instance, fromMs: clock.now() };
  store.longRequests.push(row);
  try {
    return await answer;
  } finally {
    row.toMs = clock.now();
    if (row.toMs === row.fromMs) store.longRequests.splice(store.longRequests.indexOf(row), 1);
  }
}

function respond(cloud: Cloud, row: MachineRow, port: number, request: Request): Promise<Response> {
  const guest = cloud.guests.of(row);
  const internalPort = serviceFor(row, port)?.internal_port;
  if (!guest || internalPort === undefined)
    return Promise.resolve(refusal(502, "the machine is gone"));
  const { pathname, search } = new URL(request.url);
  const forwarded = new Request(`https://${row.app}.fly.dev${pathname}${search}`, request);
  forwarded.headers.set("x-forwarded-proto", port === 80 ? "http" : "https");
  forwarded.headers.set("x-forwarded-port", String(port));
  return cloud.holdTime(
    guest.workload.respond(guest.machine, cloud.neighbours, internalPort, forwarded),
  );
}

function wake(
  cloud: Cloud,
  candidates: readonly MachineRow[],
  port: number,
): MachineRow | undefined {
  const sleeper = candidates.find(
    (row) =>
      ["stopped", "suspended"].includes(row.state) && serviceFor(row, port)?.autostart !== false,
  );
  if (sleeper) startMachine(cloud, sleeper, cloud.clock.now());
  return sleeper;
}

function machinesOf({ store }: Cloud, app: AppRow): readonly MachineRow[] {
  return store.machinesOf(app.name).filter(({ destroyedMs }) => destroyedMs === undefined);
}

function isListening(row: MachineRow, port: number): boolean {
  const internalPort = serviceFor(row, port)?.internal_port;
  return row.state === "started" && internalPort !== undefined && row.ports.includes(internalPort);
}

/** Something is about to happen to it that may end in a listening port. */
function isComing({ state, next }: MachineRow): boolean {
  if (next === undefined) return false;
  return next.launch ?? ["starting", "started", "restarting"].includes(state);
}

function wantsHttps(machines: readonly MachineRow[], port: number): boolean {
  return machines.some((row) =>
    serviceFor(row, port)?.ports.some((known) => known.port === port && known.force_https),
  );
}

/**
 * By the host of the URL or the Host header: `<app>.fly.dev` on the port of the URL, or
 * `<app>.fly.dev.localhost:PORT`, which stands for port 443.
 */
function targetOf(request: Request): { app: string; port: number } {
  const url = new URL(request.url);
  const named = [request.headers.get("host"), url.host].find((host) => host?.includes(".fly.dev"));
  const [hostname = "", port] = (named ?? url.host).split(":");
  const app = hostname.replace(/\.fly\.dev(\.localhost)?$/, "");
  if (!url.hostname.endsWith(".fly.dev")) return { app, port: 443 };
  return { app, port: port === undefined ? (url.protocol === "http:" ? 80 : 443) : Number(port) };
}

function refusal(status: number, why: string): Response {
  return new Response(`${why}\n`, { status, headers: { "fly-proxy-error": why } });
}

function countTraffic(
  { store, clock }: Cloud,
  app: string,
  answer: Omit<TrafficRow, "atMs" | "count">,
): void {
  const atMs = Math.floor(clock.now() / 1_000) * 1_000;
  const rows = store.traffic.get(app) ?? [];
  store.traffic.set(app, rows);
  const isSame = (row: TrafficRow) =>
    row.status === answer.status && row.instance === answer.instance;
  let index = rows.length - 1;
  while (rows[index]?.atMs === atMs && !isSame(rows[index] as TrafficRow)) index--;
  const known = rows[index];
  if (known?.atMs === atMs) known.count++;
  else rows.push({ atMs, ...answer, count: 1 });
  if (rows.length > maxTrafficRows) foldOldest(rows);
}

const maxTrafficRows = 10_000;

/** The oldest tenth as one row for each status and machine: counters go on from there. */
function foldOldest(rows: TrafficRow[]): void {
  const oldest = rows.splice(0, maxTrafficRows / 10);
  const kinds = Map.groupBy(oldest, ({ status, instance }) => `${status} ${instance}`);
  const folded = [...kinds.values()].flatMap((some) => {
    const last = some.at(-1);
    return last ? [{ ...last, count: some.reduce((sum, { count }) => sum + count, 0) }] : [];
  });
  rows.unshift(...folded.sort((a, b) => a.atMs - b.atMs));
}
