/** The declarative file of the silo's Kong: routes to our services only, keys, limits. */

import { privateHost, type ServiceName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { gotruePort } from "./gotrue.ts";
import { postgrestPort } from "./postgrest.ts";
import { storagePort } from "./storage.ts";

export interface KongPlugin {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface KongRoute {
  readonly name: string;
  readonly paths: readonly string[];
  readonly strip_path: boolean;
  readonly methods?: readonly string[];
  /** Header → accepted values. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

export interface KongService {
  readonly name: string;
  readonly url: string;
  readonly routes: readonly KongRoute[];
  readonly plugins?: readonly KongPlugin[];
}

export interface KongConsumer {
  readonly username: string;
  readonly keyauth_credentials?: readonly { readonly key: string }[];
  readonly basicauth_credentials?: readonly {
    readonly username: string;
    readonly password: string;
  }[];
  readonly acls?: readonly { readonly group: string }[];
  readonly plugins?: readonly KongPlugin[];
}

export interface KongFile {
  readonly _format_version: "3.0";
  /** Kong hashes the passwords of basic auth while it loads the file. */
  readonly _transform: true;
  readonly plugins?: readonly KongPlugin[];
  readonly consumers: readonly KongConsumer[];
  readonly services: readonly KongService[];
}

/** What Kong compares character by character with the `apikey` of a request. */
export interface ApiKeys {
  readonly anon: string;
  readonly serviceRole: string;
}

export const kongPlugins = [
  "cors",
  "key-auth",
  "acl",
  "rate-limiting",
  "request-transformer",
] as const;

export function kongFile(silo: Silo, keys: ApiKeys): KongFile {
  return {
    _format_version: "3.0",
    _transform: true,
    plugins: [{ name: "cors" }, perMinute(6000)],
    consumers: [
      consumer("anon", keys.anon, "anon"),
      consumer("service_role", keys.serviceRole, "admin"),
    ],
    services: [...authServices(silo), ...restServices(silo), ...storageServices(silo)],
  };
}

function authServices(silo: Silo): readonly KongService[] {
  const open = (name: "verify" | "callback" | "authorize"): KongService => ({
    ...service(silo, `auth-v1-${name}`, "gotrue", gotruePort, `/${name}`, `/auth/v1/${name}`),
    // Whoever follows a link of a mail has no key: the only open doors, so they are narrow.
    plugins: [perMinute(120)],
  });
  return [
    open("verify"),
    open("callback"),
    open("authorize"),
    {
      ...service(silo, "auth-v1", "gotrue", gotruePort, "/", "/auth/v1/"),
      plugins: [...needsKey, bearerFromKey(), perMinute(600)],
    },
  ];
}

function restServices(silo: Silo): readonly KongService[] {
  const to = { service: "postgrest", port: postgrestPort } as const;
  return [
    {
      ...service(silo, "rest-v1", to.service, to.port, "/", "/rest/v1/"),
      plugins: [...needsKey, bearerFromKey()],
    },
    {
      ...service(silo, "graphql-v1", to.service, to.port, "/rpc/graphql", "/graphql/v1"),
      plugins: [...needsKey, bearerFromKey("Content-Profile:graphql_public")],
    },
  ];
}

/** No key here: public files have none, and storage checks the JWT itself. */
const storageServices = (silo: Silo): readonly KongService[] => [
  service(silo, "storage-v1", "storage", storagePort, "/", "/storage/v1/"),
];

function service(
  silo: Silo,
  name: string,
  upstream: ServiceName,
  port: number,
  upstreamPath: string,
  path: string,
): KongService {
  return {
    name,
    url: `http://${privateHost(silo.slugs, upstream)}:${port}${upstreamPath}`,
    routes: [{ name, paths: [path], strip_path: true }],
  };
}

const consumer = (username: string, key: string, group: string): KongConsumer => ({
  username,
  keyauth_credentials: [{ key }],
  acls: [{ group }],
});

/** A key in a URL would end in histories and logs, so it counts in the header only. */
const needsKey: readonly KongPlugin[] = [
  { name: "key-auth", config: { key_names: ["apikey"], key_in_query: false } },
  { name: "acl", config: { allow: ["admin", "anon"], hide_groups_header: true } },
];

/**
 * The services read `Authorization` only: without it, a request with just the service key would
 * count as anonymous. `add` leaves a header alone that is there already.
 */
const bearerFromKey = (...more: readonly string[]): KongPlugin => ({
  name: "request-transformer",
  config: { add: { headers: ["Authorization:Bearer $(headers.apikey)", ...more] } },
});

/** Local policy: one Kong a silo, so there is nobody to share counters with. */
const perMinute = (limit: number): KongPlugin => ({
  name: "rate-limiting",
  config: { minute: limit, limit_by: "ip", policy: "local" },
});
