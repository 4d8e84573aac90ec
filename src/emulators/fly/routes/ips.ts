import { type Call, ok, param, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { AppRow, IpRow } from "../entities.ts";
import { ApiProblem, invalid, notFound } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { appOf } from "../lookups.ts";
import type { Route } from "../router.ts";

const path = "/v1/apps/:app/ip_assignments";

export const ipRoutes: readonly Route[] = [
  { method: "GET", path, action: "ips-list", access: "read", run: listIps },
  { method: "POST", path, action: "ip-assign", access: "write", run: assignIp },
  { method: "DELETE", path: `${path}/:ip`, action: "ip-release", access: "write", run: releaseIp },
];

function listIps(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  return ok({ ips: app.ips.map((ip) => ipView(ip, app)) });
}

/** Nothing but a shared IPv4 is unique: a second v6 gives a second v6. */
function assignIp(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const type = text(call.body, "type") ?? "";
  const address = addressOf(type, cloud.ids, app);
  if (address === undefined) throw invalid(`ip type "${type}" is not supported`);
  if (type === "shared_v4" && app.ips.some((ip) => ip.type === type)) {
    throw new ApiProblem(422, "Validation failed: App already has a shared IPv4 address");
  }
  const ip: IpRow = {
    ip: address,
    type,
    region: text(call.body, "region") ?? "global",
    createdMs: call.at,
    network: type === "private_v6" ? networkOf(call, cloud, app) : undefined,
    serviceName: text(call.body, "service_name"),
  };
  app.ips.push(ip);
  return ok(ipView(ip, app));
}

function releaseIp(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const ip = param(call, "ip");
  if (!app.ips.some((row) => row.ip === ip)) throw notFound(`ip ${ip}`);
  app.ips = app.ips.filter((row) => row.ip !== ip);
  return { status: 204 };
}

/** Not the app's own network by default, but the one of the organisation. */
function networkOf(call: Call, { store }: Cloud, app: AppRow): string {
  const network = text(call.body, "network");
  if (network === undefined || network === "default") return "default";
  if (!store.appOn(app.org, network)) {
    throw new ApiProblem(400, "network not found");
  }
  return network;
}

function addressOf(type: string, ids: Ids, app: AppRow): string | undefined {
  switch (type) {
    case "v4":
      return `137.66.${ids.below(64)}.${1 + ids.below(254)}`;
    case "shared_v4":
      return `66.241.${124 + ids.below(2)}.${1 + ids.below(254)}`;
    case "v6":
      return `2a09:8280:1::${ids.hex(2)}:${ids.hex(4)}:${ids.below(10)}`;
    case "private_v6":
      return `fdaa:${app.networkPrefix}:0:1::${ids.hex(2)}`;
    case "egress_v4":
      return `209.71.${64 + ids.below(64)}.${1 + ids.below(254)}`;
    case "egress_v6":
      return `2605:4c40:${ids.hex(4)}:${ids.hex(4)}:0:${ids.hex(4)}:0:1`;
    default:
      return undefined;
  }
}

/** Has no `type`: a reader tells by the address and `shared`. */
function ipView({ ip, type, region, createdMs, network, serviceName }: IpRow, app: AppRow) {
  return {
    ip,
    region,
    created_at: new Date(createdMs).toISOString(),
    shared: type === "shared_v4",
    ...(type.startsWith("egress") && { egress: true }),
    ...(network !== undefined && { network: { name: network, org_slug: app.org } }),
    ...(serviceName !== undefined && { service_name: serviceName }),
  };
}
