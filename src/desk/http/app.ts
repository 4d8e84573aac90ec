/** The desk over HTTP. What can be asked is the table of actions; here is only how it travels. */

import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deskActions } from "../actions/index.ts";
import type { Answer, DeskAction } from "../actions/types.ts";
import { type Caller, maySee } from "../caller.ts";
import { jsonOf, mayOf, newsDigest, overviewFor } from "../card.ts";
import { dashboardRoutes } from "../dashboard/routes.ts";
import type { Desk } from "../desk.ts";
import { identify, stillIs } from "../identity/identify.ts";
import { mcpResponse } from "../mcp/over-http.ts";
import { perform } from "../perform.ts";
import { asProblem, Problem, problemBody } from "../problem.ts";
import { overviewStream } from "./events.ts";
import { openApiDocument } from "./openapi.ts";
import { assertSamePlace } from "./same-place.ts";

export interface DeskEnv {
  readonly Bindings: { readonly address: string };
  readonly Variables: { caller: Caller };
}
type Asked = Context<DeskEnv>;

const largestBody = 128 * 1024;

export function deskApp(desk: Desk): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.onError((error, c) => problemResponse(c, asProblem(error)));
  app.notFound((c) => problemResponse(c, new Problem(404, "There is nothing at this path")));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(async (c, next) => {
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    try {
      assertSamePlace(c.req.raw.headers, desk.url);
    } catch (error) {
      note(desk, c, asProblem(error).status);
      throw error;
    }
    await next();
  });
  app.use(bodyLimit({ maxSize: largestBody, onError: () => tooLarge() }));
  app.get("/openapi.json", (c) => c.json(openApiDocument(desk.url)));
  const known = [...deskActions.map(({ path }) => path), "/v1/*", "/mcp"];
  for (const path of known) app.use(path, (c, next) => withCaller(desk, c, next));
  for (const action of deskActions) {
    app.on(action.method, action.path, async (c) => answer(c, await ask(desk, action, c)));
  }
  app.get("/v1/me", (c) => c.json(meOf(c.get("caller"))));
  app.get("/v1/silos", (c) => overview(desk, c));
  app.get("/v1/events", (c) => events(desk, c));
  app.get("/v1/operations/:id", (c) => operation(desk, c));
  app.all("/mcp", (c) =>
    mcpResponse(desk, { caller: c.get("caller"), address: c.env.address }, c.req.raw),
  );
  app.route("/", dashboardRoutes());
  return app;
}

/** Whoever has no token learns nothing, not even what there is to ask for. */
async function withCaller(desk: Desk, c: Asked, next: () => Promise<void>): Promise<void> {
  c.header("cache-control", "no-store");
  try {
    const { address } = c.env;
    c.set("caller", await identify(desk.identity, c.req.header("authorization"), address));
  } catch (error) {
    note(desk, c, asProblem(error).status);
    throw error;
  }
  await next();
}

/** Of a request that comes no further. */
function note(desk: Desk, c: Asked, outcome: number): void {
  const action = `${c.req.method} ${c.req.path}`.slice(0, 200);
  desk.audit({ via: "http", action, address: c.env.address, outcome });
}

async function ask(desk: Desk, action: DeskAction, c: Asked): Promise<Answer> {
  const raw = action.method === "GET" ? queryOf(c) : await bodyOf(c);
  return perform(desk, action, {
    caller: c.get("caller"),
    raw,
    via: "http",
    address: c.env.address,
  });
}

/** One given twice is as wrong as one that is not known. */
function queryOf(c: Asked): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  );
}

async function bodyOf(c: Asked): Promise<unknown> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(415, "The body is not JSON", {
      fix: "send `content-type: application/json`",
    });
  }
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "The body is not JSON");
  }
}

function answer(c: Asked, { status, body, location, etag }: Answer): Response {
  if (location !== undefined) c.header("location", location);
  const send = () => c.body(jsonOf(body), status, { "content-type": "application/json" });
  if (etag === undefined) return send();
  c.header("etag", `"${etag}"`);
  // Kept by the client, and asked for each time.
  c.header("cache-control", "private, no-cache");
  return c.req.header("if-none-match") === `"${etag}"` ? c.body(null, 304) : send();
}

const meOf = ({ name, role, expiresAt }: Caller) => ({
  name,
  role,
  may: mayOf(role),
  expires_at: new Date(expiresAt).toISOString(),
});

async function overview(desk: Desk, c: Asked): Promise<Response> {
  const caller = forLooking(desk, c, "silos");
  const body = overviewFor(caller, await desk.observatory.fleet());
  return answer(c, { status: 200, body, etag: newsDigest(body) });
}

function events(desk: Desk, c: Asked): Response {
  const caller = forLooking(desk, c, "events");
  const token = c.req.header("authorization")?.replace(/^Bearer /i, "") ?? "";
  const body = overviewStream(desk, caller, () => stillIs(desk.identity, token));
  return c.body(body, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // Of proxies that would collect it.
    "x-accel-buffering": "no",
  });
}

async function operation(desk: Desk, c: Asked): Promise<Response> {
  const caller = forLooking(desk, c, "operation");
  const id = c.req.param("id") ?? "";
  const asked = desk.operations.parse(id);
  const { specs } = await desk.observatory.specs();
  const silo = specs.selected.find((one) => one.slug === asked?.silo && maySee(caller, one));
  if (!asked || !silo) throw new Problem(404, "There is no such operation");
  const { observed } = await desk.observatory.silo(silo);
  desk.operations.settle(silo.slug, observed);
  return c.json({ operation: desk.operations.look(id, asked, observed, desk.power.runUrl) });
}

/** Whoever may ask for the status of a silo may look at what is made of it. */
function forLooking(desk: Desk, c: Asked, action: string): Caller {
  const caller = c.get("caller");
  const isAllowed = mayOf(caller.role).includes("status");
  desk.audit({
    via: "http",
    action,
    who: caller,
    address: c.env.address,
    outcome: isAllowed ? 200 : 403,
  });
  if (!isAllowed) throw new Problem(403, `A ${caller.role} may not do this`);
  return caller;
}

function tooLarge(): never {
  throw new Problem(413, `A body of more than ${largestBody} bytes is not read`);
}

function problemResponse(c: Asked, problem: Problem): Response {
  if (problem.status === 401) c.header("www-authenticate", 'Bearer realm="silo desk"');
  if (problem.retryAfterSeconds !== undefined) {
    c.header("retry-after", String(problem.retryAfterSeconds));
  }
  // The rest of its body is not read.
  if (problem.status === 413) c.header("connection", "close");
  c.header("cache-control", "no-store");
  c.header("content-type", "application/problem+json");
  return c.body(JSON.stringify(problemBody(problem)), problem.status);
}
