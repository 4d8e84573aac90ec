import { type Call, ok, param, type Reply } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { LogLine } from "../entities.ts";
import { unauthenticated } from "../errors.ts";
import type { Route } from "../router.ts";

/** Not of the Machines API: fly-go's resource_logs.go is what is known of it. */
export const logRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v1/apps/:app/logs",
    action: "logs",
    access: "read",
    run: listLogs,
  },
];

const pageLines = 100;

/** Without a token the newest lines, with one those after it. Macaroons are refused as `Bearer`. */
function listLogs(call: Call, { store }: Cloud): Reply {
  const app = store.apps.get(param(call, "app"));
  const isMacaroon = /^Bearer\s+fm(?:2|1r|1a)_/i.test(call.headers.get("authorization") ?? "");
  if (!app || isMacaroon) throw unauthenticated();
  const after = call.query.get("next_token") || undefined;
  const machine = call.query.get("instance") || undefined;
  const all = (store.logs.byApp.get(app.name) ?? []).filter(
    (line) => machine === undefined || line.machine === machine,
  );
  const lines =
    after === undefined
      ? all.slice(-pageLines)
      : all.filter(({ number }) => number > Number(after)).slice(0, pageLines);
  return ok({
    data: lines.map(logView),
    meta: { next_token: String(lines.at(-1)?.number ?? after ?? 0) },
  });
}

const logView = ({ number, atMs, machine, region, level, message }: LogLine) => ({
  id: String(number),
  type: "log",
  attributes: {
    timestamp: new Date(atMs).toISOString(),
    message,
    level,
    instance: machine,
    region,
    meta: { instance: machine, region, event: { provider: "app" } },
  },
});
