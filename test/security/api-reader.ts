/** The Fly API by hand, with a token of one's choice: what whoever holds that token can see. */

import { flyRoutes } from "#emulators/fly/routes/index.ts";
import type { FlyIp, FlyMachine, FlyVolume } from "#wire/fly.ts";
import type { Cloud } from "../support/a-cloud.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Api {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Parsed; throws on anything but a 2xx. */
  get<T>(path: string): Promise<T>;
  machineOf(app: string): Promise<FlyMachine & { readonly config: Config }>;
  machines(app: string): Promise<readonly FlyMachine[]>;
  volumes(app: string): Promise<readonly FlyVolume[]>;
  ips(app: string): Promise<readonly FlyIp[]>;
  /** `null` removes a key. */
  patch(app: string, metadata: Readonly<Record<string, string | null>>): Promise<void>;
}

type Config = NonNullable<FlyMachine["config"]>;

const suffixes = ["pg", "rest", "auth", "kong", "storage", "studio"] as const;
export const appsOf = (slug: string): readonly string[] =>
  suffixes.map((suffix) => `devenv-${slug}-${suffix}`);

export function apiOf({ fly, clock }: Cloud, token: string): Api {
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    // Not in the way of the documented limits: a second's rest for each call.
    await clock.sleep(1_000);
    const response = await fly.fetch(`https://api.machines.dev${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const get = async <T>(path: string): Promise<T> => {
    const { status, text } = await call("GET", path);
    if (status >= 300) throw new Error(`GET ${path} answers ${status}`);
    const value: T = JSON.parse(text);
    return value;
  };
  const machines = (app: string) => get<readonly FlyMachine[]>(`/v1/apps/${app}/machines`);
  const machineOf: Api["machineOf"] = async (app) => {
    const [machine] = await machines(app);
    if (!machine?.config) throw new Error(`${app} has no machine`);
    return { ...machine, config: machine.config };
  };
  return {
    call,
    get,
    machines,
    machineOf,
    volumes: (app) => get(`/v1/apps/${app}/volumes`),
    ips: async (app) =>
      (await get<{ ips: readonly FlyIp[] }>(`/v1/apps/${app}/ip_assignments`)).ips,
    patch: async (app, metadata) => {
      const { id } = await machineOf(app);
      const path = `/v1/apps/${app}/machines/${id}/metadata`;
      const { status } = await call("PATCH", path, { metadata });
      if (status !== 204) throw new Error(`PATCH ${path} answers ${status}`);
    },
  };
}

export interface Crawl {
  /** `GET path` → the text of the answer. */
  readonly places: ReadonlyMap<string, string>;
  /** Actions of reading routes that gave a 2xx. */
  readonly read: ReadonlySet<string>;
}

/** Every reading route of the API, for every app, machine, volume, secret and key there is. */
export async function readEverything(api: Api, org: string, slug: string): Promise<Crawl> {
  const places = new Map<string, string>();
  const read = new Set<string>();
  const names = await Promise.all(appsOf(slug).map((app) => namesIn(api, app)));
  const reading = flyRoutes.filter(({ method, access }) => method === "GET" && access === "read");
  for (const { path, action } of reading) {
    for (const filled of new Set(names.flatMap((name) => fill([path], { ...name, org: [org] })))) {
      const query = queries[action]?.(org) ?? "?show_secrets=true";
      if (action === "machine-wait") continue;
      const { status, text } = await api.call("GET", `${filled}${query}`);
      if (status < 300) read.add(action);
      places.set(`GET ${filled}`, text);
    }
  }
  return { places, read };
}

const queries: Readonly<Record<string, (org: string) => string>> = {
  "apps-list": (org) => `?org_slug=${org}`,
  "metrics-query": () => "?query=fly_instance_up",
};

type Names = Readonly<Record<string, readonly string[]>>;

async function namesIn(api: Api, app: string): Promise<Names> {
  const machine = await api.machineOf(app);
  const volumes = await api.volumes(app);
  const { secrets } = await api.get<{ secrets: readonly { name: string }[] }>(
    `/v1/apps/${app}/secrets`,
  );
  return {
    app: [app],
    machine: [machine.id],
    key: Object.keys(machine.config.metadata ?? {}),
    secret: secrets.map(({ name }) => name),
    volume: volumes.map(({ id }) => id),
  };
}

/** `/v1/apps/:app/machines/:machine` with every name there is. */
function fill(paths: readonly string[], names: Names): readonly string[] {
  const parameter = /:(\w+)/.exec(paths[0] ?? "")?.[1];
  if (parameter === undefined) return paths;
  const values = names[parameter] ?? [];
  const filled = paths.flatMap((path) =>
    values.map((value) => path.replace(`:${parameter}`, value)),
  );
  return filled.length === 0 ? [] : fill(filled, names);
}
