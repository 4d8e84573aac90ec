/** The dashboard on the desk: the page for everybody, its data only for who has a token. */

import { Hono } from "hono";
import { contentSecurityPolicy, dashboardAssets } from "./assets.ts";

export function dashboardRoutes(): Hono {
  const app = new Hono();
  for (const { path, type, text } of dashboardAssets("desk")) {
    app.get(path === "index.html" ? "/" : `/${path}`, (c) =>
      c.body(text, 200, {
        "content-type": type,
        "content-security-policy": contentSecurityPolicy,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        // A new desk has a new page.
        "cache-control": "no-cache",
      }),
    );
  }
  return app;
}
