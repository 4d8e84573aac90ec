/** Apps: their names are one global namespace. */

import { isApiError } from "#silo/errors.ts";
import type { FlyApp } from "#wire/fly.ts";
import type { AppLookup, FlyWrites } from "#world/fly.ts";
import { object } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { type Page, pageQuery, readCursor, readPages } from "./pages.ts";
import { readApp, readList } from "./shapes.ts";

export async function listApps(calls: FlyCalls, org: string): Promise<readonly FlyApp[]> {
  const operation = `list the apps of ${org}`;
  const page = (cursor: string | undefined): Promise<Page<FlyApp>> =>
    calls.call({
      action: "app.list",
      operation,
      method: "GET",
      path: ["apps"],
      query: [["org_slug", org], ...pageQuery(5_000, cursor)],
      effect: "read",
      org,
      read: ({ body }) => ({
        items: readList(body, "apps", readApp),
        next: readCursor(object(body, "the answer").next_cursor),
      }),
    });
  const { items } = await readPages({
    page,
    idOf: (app) => app.name,
    endless: (why) => calls.failure(operation, why, { category: "invalid" }),
  });
  for (const app of items) calls.tokens.note(app.name, org);
  return items;
}

export async function getApp(calls: FlyCalls, name: string): Promise<AppLookup> {
  try {
    const app = await calls.call({
      action: "app.get",
      operation: `read app ${name}`,
      method: "GET",
      path: ["apps", name],
      effect: "read",
      app: name,
      read: ({ body }) => readApp(body, "the app"),
    });
    const org = app.organization?.slug;
    if (org !== undefined) calls.tokens.note(name, org);
    return { kind: "found", app };
  } catch (error) {
    if (isApiError(error, "not_found")) return { kind: "absent" };
    if (isApiError(error, "forbidden")) return { kind: "foreign" };
    throw error;
  }
}

export async function createApp(
  calls: FlyCalls,
  request: Parameters<FlyWrites["createApp"]>[0],
): Promise<void> {
  const { name, org, network } = request;
  // Noted first: after an ambiguous answer the app is looked for with the same token.
  calls.tokens.note(name, org);
  await calls.call({
    action: "app.create",
    operation: `create app ${name} in ${org}`,
    method: "POST",
    path: ["apps"],
    body: { name, org_slug: org, network },
    effect: "once",
    org,
    app: name,
    timeoutMs: 60_000,
    read: () => undefined,
  });
  calls.young.note(name);
}

/** `force` is not in the OpenAPI document; flyctl and the guides use it, machines may be running. */
export async function deleteApp(calls: FlyCalls, name: string): Promise<void> {
  await absentIfMissing(
    calls.call({
      action: "app.delete",
      operation: `delete app ${name}`,
      method: "DELETE",
      path: ["apps", name],
      query: [["force", "true"]],
      effect: "repeatable",
      app: name,
      timeoutMs: 60_000,
      read: () => undefined,
    }),
  );
  calls.young.forget(name);
}
