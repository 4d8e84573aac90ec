/** A spec that describes a stack somebody made by hand: where it is, how large, and what it runs. */

import { type ServiceName, type SiloSlugs, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { siloDefaults } from "#spec/defaults.generated.ts";
import { isSupabasePostgres } from "#state/adoption.ts";
import type { ObservedMachine, ObservedService } from "#state/observed.ts";
import { headLines } from "./spec-to-be.ts";
import type { CommandContext } from "./types.ts";

type Seen = Omit<ObservedService, "ownership">;

export function specOfStack(
  context: Pick<CommandContext, "files" | "options">,
  slugs: SiloSlugs,
  {
    org,
    seen,
    silos,
  }: { readonly org: string; readonly seen: readonly Seen[]; readonly silos: readonly Silo[] },
): string {
  const machineOf = (name: ServiceName) => seen.find((one) => one.name === name)?.machines[0];
  const region = regionOf(machineOf);
  const lines = serviceNames.flatMap((name) =>
    serviceLine(
      name,
      seen.find((one) => one.name === name),
    ),
  );
  return [
    ...headLines(context, slugs, silos),
    "",
    "devenv:",
    `  fly_org: ${quoted(org)} # never changes`,
    ...(region === undefined ? [] : [`  fly_region: ${quoted(region)}`]),
    ...(lines.length === 0 ? [] : ["  services:", ...lines]),
    ...authLines(machineOf("gotrue")),
    "",
  ].join("\n");
}

/** Where the data is; else where most callers go. */
function regionOf(
  machineOf: (name: ServiceName) => ObservedMachine | undefined,
): string | undefined {
  const order: readonly ServiceName[] = ["postgres", "storage", "kong", ...serviceNames];
  return order.flatMap((name) => machineOf(name)?.region ?? [])[0];
}

/** What differs from the defaults; of variables only those that a spec has keys for. */
function serviceLine(name: ServiceName, seen: Seen | undefined): string[] {
  const config = seen?.machines[0]?.config;
  const defaults = siloDefaults.devenv.services[name];
  if (!config) return name === "studio" ? ["    studio: { enabled: false }"] : [];
  const { guest, image, env = {} } = config;
  const mounted = seen.volumes.find(({ id }) => id === config.mounts?.[0]?.volume);
  const described: Readonly<Record<string, unknown>> = {
    image: name === "postgres" && !isSupabasePostgres(image) ? undefined : withoutMirror(image),
    ...guest,
    volume_gb: mounted?.sizeGb,
    public: hasDedicatedV4(seen),
    schemas: env.PGRST_DB_SCHEMAS?.split(",").map((schema) => schema.trim()),
  };
  const own = Object.entries(defaults).flatMap(([key, usual]) => {
    const value = described[key];
    const isUsual = value === undefined || JSON.stringify(value) === JSON.stringify(usual);
    return isUsual ? [] : [`${key}: ${quoted(value)}`];
  });
  if (own.length === 0) return [];
  return [`    ${name}: { ${own.join(", ")} }`];
}

/** By which Fly pulls what is on Docker Hub. */
const withoutMirror = (image: string): string => image.replace(/^docker-hub-mirror\.fly\.io\//, "");

const hasDedicatedV4 = ({ ips = [] }: Seen): boolean =>
  ips.some(({ ip, shared }) => !ip.includes(":") && !shared);

function authLines(gotrue: ObservedMachine | undefined): string[] {
  const {
    GOTRUE_SITE_URL: site,
    GOTRUE_URI_ALLOW_LIST: list,
    GOTRUE_DISABLE_SIGNUP: closed,
  } = gotrue?.config?.env ?? {};
  const own = [
    ...(site ? [`site_url: ${quoted(site)}`] : []),
    ...(list ? [`redirect_urls: ${quoted(list.split(",").map((url) => url.trim()))}`] : []),
    ...(closed === "true" ? ["signup: false"] : []),
  ];
  return own.length === 0 ? [] : [`  auth: { ${own.join(", ")} }`];
}

/** JSON is YAML. */
const quoted = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(quoted).join(", ")}]` : JSON.stringify(value);
