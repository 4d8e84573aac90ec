/** Every name of a silo is derived from its two slugs and never changes. */

export const serviceNames = [
  "postgres",
  "postgrest",
  "gotrue",
  "kong",
  "storage",
  "studio",
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const serviceSuffixes = {
  postgres: "pg",
  postgrest: "rest",
  gotrue: "auth",
  kong: "kong",
  storage: "storage",
  studio: "studio",
} as const satisfies Record<ServiceName, string>;
/** Fly's limit for an app name. */
export const appNameMaxLength = 63;

export interface SiloSlugs {
  readonly client: string;
  readonly app: string;
}

/** `acme-erp`: the name of the file, and what a person types. */
export const siloSlug = ({ client, app }: SiloSlugs): string => `${client}-${app}`;

export const appPrefix = (slugs: SiloSlugs): string => `devenv-${siloSlug(slugs)}`;

export const appName = (slugs: SiloSlugs, service: ServiceName): string =>
  `${appPrefix(slugs)}-${serviceSuffixes[service]}`;

/** The private network of a silo: set when an app is created, immutable, the wall between silos. */
export const networkName = (slugs: SiloSlugs): string => appPrefix(slugs);

/** Unique within its app, so that Fly itself refuses a second machine. */
export const machineName = (service: ServiceName, region: string): string =>
  `${serviceSuffixes[service]}-${region}`;

export const publicHost = (slugs: SiloSlugs, service: ServiceName): string =>
  `${appName(slugs, service)}.fly.dev`;

export const privateHost = (slugs: SiloSlugs, service: ServiceName): string =>
  `${appName(slugs, service)}.flycast`;

export const supabaseUrl = (slugs: SiloSlugs): string => `https://${publicHost(slugs, "kong")}`;

/** The variable from which `secret_env: [NAME]` of a silo is read, and no other. */
export const secretEnvVariable = (slugs: SiloSlugs, name: string): string =>
  `SILO_ENV_${variableWords(slugs)}_${name}`;

/** `SILO_ACME_ERP_SUPABASE_URL`: what is handed out of a silo by that name. */
export const handedOutVariable = (slugs: SiloSlugs, name: string): string =>
  `SILO_${variableWords(slugs)}_${name.toUpperCase()}`;

const variableWords = ({ client, app }: SiloSlugs): string =>
  `${client}_${app}`.replaceAll("-", "_").toUpperCase();
