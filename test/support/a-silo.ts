/** Builder of specs for tests: the example silo with what the test names changed. */

import type { Silo } from "#silo/silo.ts";
import type { ServiceSpec, SiloSpec } from "#silo/spec.generated.ts";

const service = (image: string, memory_mb: number): ServiceSpec => ({
  image,
  cpu_kind: "shared",
  cpus: 1,
  memory_mb,
  env: {},
  secret_env: [],
});

const exampleServices: SiloSpec["devenv"]["services"] = {
  postgres: { ...service("supabase/postgres:15.1.1.78", 1024), volume_gb: 10, public: true },
  postgrest: {
    ...service("postgrest/postgrest:v12.0.1", 256),
    schemas: ["public", "storage", "graphql_public"],
  },
  gotrue: service("supabase/gotrue:v2.143.0", 256),
  kong: service("kong:3.4.2", 512),
  storage: { ...service("supabase/storage-api:v0.43.11", 512), volume_gb: 5 },
  studio: { ...service("supabase/studio:20240101-8e4a094", 1024), enabled: true },
};

export interface SiloChanges {
  readonly client?: string;
  readonly app?: string;
  readonly devenv?: Partial<SiloSpec["devenv"]>;
  readonly services?: {
    readonly [K in keyof SiloSpec["devenv"]["services"]]?: Partial<
      SiloSpec["devenv"]["services"][K]
    >;
  };
}

export function aSilo(changes: SiloChanges = {}): Silo {
  const slugs = { client: changes.client ?? "acme", app: changes.app ?? "erp" };
  const slug = `${slugs.client}-${slugs.app}`;
  const changed = changes.services ?? {};
  const spec: SiloSpec = {
    silo_id: `${slug}-silo-001`,
    client_slug: slugs.client,
    app_slug: slugs.app,
    devenv: {
      devenv_enabled: true,
      auto_stop_minutes: 30,
      fly_org: "acme-erp",
      fly_region: "yyz",
      rls_mode: "production",
      prevent_destroy: true,
      auth: {
        redirect_urls: ["http://localhost:3000", "http://localhost:5173"],
        signup: true,
      },
      ...changes.devenv,
      services: {
        postgres: { ...exampleServices.postgres, ...changed.postgres },
        postgrest: { ...exampleServices.postgrest, ...changed.postgrest },
        gotrue: { ...exampleServices.gotrue, ...changed.gotrue },
        kong: { ...exampleServices.kong, ...changed.kong },
        storage: { ...exampleServices.storage, ...changed.storage },
        studio: { ...exampleServices.studio, ...changed.studio },
      },
    },
    secrets: {},
  };
  return { slug, slugs, file: `silos/${slug}.yml`, region: spec.devenv.fly_region, spec };
}
