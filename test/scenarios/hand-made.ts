/** A stack that somebody deployed with flyctl: six apps of a silo's names, and nothing of ours on them. */

import type { Cloud } from "../support/a-cloud.ts";

interface Made {
  readonly image: string;
  readonly memoryMb: number;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly mount?: { readonly name: string; readonly path: string; readonly gb: number };
}

const password = "hand-made-password";
const jwtSecret = "hand-made-jwt-secret-of-at-least-32-characters";
const database = (app: string) =>
  `postgres://postgres:${password}@${app}-pg.internal:5432/postgres`;

export type Suffix = "pg" | "rest" | "auth" | "kong" | "storage" | "studio";

/** As the fly.toml of such a stack has it: passwords in plain variables. */
const made = (prefix: string): Readonly<Record<Suffix, Made>> => ({
  pg: {
    image: "supabase/postgres:15.1.1.78",
    memoryMb: 2048,
    port: 5432,
    env: { POSTGRES_PASSWORD: password, POSTGRES_DB: "postgres" },
    mount: { name: "pg_data", path: "/var/lib/postgresql", gb: 20 },
  },
  rest: {
    image: "postgrest/postgrest:v12.0.1",
    memoryMb: 256,
    port: 3000,
    env: {
      PGRST_DB_URI: database(prefix),
      PGRST_DB_SCHEMAS: "public,api",
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_SERVER_HOST: "*6",
    },
  },
  auth: {
    image: "supabase/gotrue:v2.143.0",
    memoryMb: 256,
    port: 9999,
    env: {
      API_EXTERNAL_URL: `https://${prefix}-kong.fly.dev`,
      GOTRUE_DB_DRIVER: "postgres",
      GOTRUE_DB_DATABASE_URL: database(prefix),
      GOTRUE_SITE_URL: "https://erp.example.com",
      GOTRUE_JWT_SECRET: jwtSecret,
      GOTRUE_API_HOST: "::",
      PORT: "9999",
    },
  },
  kong: {
    image: "kong:3.4.2",
    memoryMb: 512,
    port: 8000,
    env: { KONG_DATABASE: "off" },
  },
  storage: {
    image: "supabase/storage-api:v0.43.11",
    memoryMb: 512,
    port: 5000,
    env: {
      ANON_KEY: "hand-made-anon",
      SERVICE_KEY: "hand-made-service",
      PGRST_JWT_SECRET: jwtSecret,
      AUTH_JWT_SECRET: jwtSecret,
      DATABASE_URL: database(prefix),
      STORAGE_BACKEND: "file",
      FILE_STORAGE_BACKEND_PATH: "/var/lib/storage",
      GLOBAL_S3_BUCKET: "stub",
      TENANT_ID: "stub",
      REGION: "stub",
      FILE_SIZE_LIMIT: "52428800",
      HOST: "::",
    },
    mount: { name: "storage_data", path: "/var/lib/storage", gb: 5 },
  },
  studio: {
    image: "supabase/studio:20240101-8e4a094",
    memoryMb: 1024,
    port: 3000,
    env: {},
  },
});

export interface HandMade {
  readonly org?: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly without?: readonly Suffix[];
  /** Of single apps, what is otherwise than it should be. */
  readonly otherwise?: Partial<
    Record<Suffix, Partial<Made> & { readonly network?: string; readonly region?: string }>
  >;
}

export async function makeByHand(cloud: Cloud, how: HandMade = {}): Promise<void> {
  const { prefix = "devenv-acme-erp", without = [], otherwise = {}, ...place } = how;
  const { org = "acme-erp", region = "ams" } = place;
  for (const [suffix, usual] of Object.entries(made(prefix)) as [Suffix, Made][]) {
    if (without.includes(suffix)) continue;
    const { network = prefix, ...own } = otherwise[suffix] ?? {};
    const { mount, ...rest } = { region, ...usual, ...own };
    const app = `${prefix}-${suffix}`;
    await post(cloud, "/v1/apps", { app_name: app, org_slug: org, network });
    for (const type of suffix === "pg" ? ["v4"] : ["shared_v4", "v6"]) {
      await post(cloud, `/v1/apps/${app}/ip_assignments`, { type });
    }
    const volume = mount && (await addVolume(cloud, app, { ...mount, region: rest.region }));
    await addMachine(cloud, app, {
      ...rest,
      ...(volume && { mounts: [{ volume, path: mount.path }] }),
    });
  }
  await cloud.clock.sleep(120_000);
}

export async function addVolume(
  cloud: Cloud,
  app: string,
  { name, gb, region }: { readonly name: string; readonly gb: number; readonly region: string },
): Promise<string> {
  const { id } = await post(cloud, `/v1/apps/${app}/volumes`, { name, region, size_gb: gb });
  await cloud.clock.sleep(5_000);
  return id;
}

export async function addMachine(
  cloud: Cloud,
  app: string,
  machine: Omit<Made, "mount"> & {
    readonly region: string;
    readonly mounts?: readonly { readonly volume: string; readonly path: string }[];
  },
): Promise<void> {
  const { image, memoryMb, port, env, region, mounts } = machine;
  await post(cloud, `/v1/apps/${app}/machines`, {
    region,
    config: {
      image,
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: memoryMb },
      env,
      ...(mounts && { mounts }),
      services: [
        {
          protocol: "tcp",
          internal_port: port,
          ports: [{ port: 443, handlers: ["tls", "http"] }],
          autostop: "stop",
          autostart: true,
        },
      ],
      // As `fly deploy` leaves them.
      metadata: {
        fly_flyctl_version: "0.3.50",
        fly_platform_version: "v2",
        fly_process_group: "app",
        fly_release_id: "rel_1",
      },
    },
  });
}

async function post(cloud: Cloud, path: string, body: unknown): Promise<{ readonly id: string }> {
  const response = await cloud.fly.fetch(`http://fly.local${path}`, {
    method: "POST",
    headers: { authorization: "Bearer local", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${answer}`);
  await cloud.clock.sleep(2_000);
  return answer ? JSON.parse(answer) : { id: "" };
}
