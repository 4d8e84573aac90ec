/**
 * supabase/studio 20240101-8e4a094: has no login of its own. Whoever reaches its port is the
 * administrator, because its API passes every query on to postgres-meta.
 */

import { imageName } from "./image-name.ts";
import { type Guest, jsonResponse, type Program, runs } from "./program.ts";

const port = 3000;

export const studio: Program = {
  name: "studio",
  async boot(guest) {
    const address = guest.container.env.HOSTNAME ?? "0.0.0.0";
    return runs({
      listeners: [{ port: Number(guest.container.env.PORT ?? port), address }],
      respond: async (_port, request) => answer(guest, request),
    });
  },
};

async function answer(guest: Guest, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (profilePaths(guest).includes(pathname)) {
    return jsonResponse(200, { id: 1, primary_email: "johndoe@supabase.io", username: "johndoe" });
  }
  const meta = /^\/api\/(?:platform\/)?pg-meta\/[^/]+(\/.*)$/.exec(pathname)?.[1];
  if (meta) return askMeta(guest, request, meta);
  if (pathname === "/") {
    return new Response(null, { status: 307, headers: { location: "/project/default" } });
  }
  if (pathname.startsWith("/api/")) return jsonResponse(404, { message: "Not found" });
  const title = guest.container.env.DEFAULT_PROJECT_NAME ?? "Default Project";
  const page = `<!DOCTYPE html><html><head><title>Supabase Studio</title></head><body>${escapeHtml(title)}</body></html>`;
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
}

/** The health path moved some time after 2024. */
function profilePaths({ container }: Guest): readonly string[] {
  const { tag } = imageName(container.image);
  const newer = Number(/^(\d{4})/.exec(tag)?.[1] ?? 0) >= 2025;
  return newer ? ["/api/platform/profile", "/api/profile"] : ["/api/profile"];
}

async function askMeta(guest: Guest, request: Request, path: string): Promise<Response> {
  const base = guest.container.env.STUDIO_PG_META_URL ?? "";
  if (!URL.canParse(base)) return jsonResponse(500, { error: "STUDIO_PG_META_URL is not set" });
  const url = new URL(base);
  const target = `${url.origin}${url.pathname.replace(/\/$/, "")}${path}`;
  const body = request.method === "GET" ? null : await request.arrayBuffer();
  const passed = new Request(target, { method: request.method, body, headers: request.headers });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const answered = await guest.network.send(guest, host, Number(url.port || 80), passed);
  return answered ?? jsonResponse(500, { error: `fetch failed: connect ECONNREFUSED ${url.host}` });
}

const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
