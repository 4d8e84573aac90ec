// Provisional: `npm run generate` writes this file from schemas/silo.schema.json.

export interface ServiceSpec {
  readonly image: string;
  readonly cpu_kind: "shared" | "performance";
  readonly cpus: number;
  readonly memory_mb: number;
  readonly env: Readonly<Record<string, string>>;
  readonly secret_env: readonly string[];
}

export interface PostgresSpec extends ServiceSpec {
  readonly volume_gb: number;
  readonly public: boolean;
}

export interface PostgrestSpec extends ServiceSpec {
  readonly schemas: readonly string[];
}

export interface StorageSpec extends ServiceSpec {
  readonly volume_gb: number;
}

export interface StudioSpec extends ServiceSpec {
  readonly enabled: boolean;
}

/** A spec with every default filled in. */
export interface SiloSpec {
  readonly silo_id: string;
  readonly client_slug: string;
  readonly app_slug: string;
  readonly owner?: string;
  readonly devenv: {
    readonly devenv_enabled: boolean;
    readonly auto_stop_minutes: number;
    readonly fly_org: string;
    readonly fly_region: string;
    readonly rls_mode: "production" | "permissive" | "disabled";
    readonly rls_until?: string;
    readonly expires_at?: string;
    readonly monthly_budget_usd?: number;
    readonly prevent_destroy: boolean;
    readonly migrations?: string;
    readonly seed?: string;
    readonly services: {
      readonly postgres: PostgresSpec;
      readonly postgrest: PostgrestSpec;
      readonly gotrue: ServiceSpec;
      readonly kong: ServiceSpec;
      readonly storage: StorageSpec;
      readonly studio: StudioSpec;
    };
    readonly auth: {
      readonly site_url?: string;
      readonly redirect_urls: readonly string[];
      readonly signup: boolean;
    };
  };
  readonly netlify?: {
    readonly site: string;
    readonly branch: string;
    readonly variables: readonly string[];
  };
  readonly secrets: { readonly repository?: string };
}
