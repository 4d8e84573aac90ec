/** The declarative file of the gateway before Studio, which has no login of its own. */

import type { KongConsumer, KongFile, KongPlugin, KongRoute } from "./kong-file.ts";

/** Whom Kong makes of a request whose login failed. */
const stranger = "stranger";

export const studioGatewayPlugins = [
  "basic-auth",
  "pre-function",
  "request-termination",
  "response-transformer",
] as const;

const studioUser = "supabase";

export const studioPort = 3000;
export const studioUpstream = `http://127.0.0.1:${studioPort}`;

export function studioGatewayFile(studioUrl: string, password: string): KongFile {
  return {
    _format_version: "3.0",
    _transform: true,
    plugins: [limitTries],
    consumers: [
      { username: studioUser, basicauth_credentials: [{ username: studioUser, password }] },
      refusedLogin,
    ],
    services: [
      { name: "studio", url: studioUrl, routes: allowedRoutes, plugins: [login] },
      { name: "cross-site", url: studioUrl, routes: refusedRoutes, plugins: [refuseCrossSite] },
    ],
  };
}

const login: KongPlugin = {
  name: "basic-auth",
  config: { hide_credentials: true, anonymous: stranger },
};

/** Kong sends no challenge after a wrong password, and a browser would never ask again. */
const refusedLogin: KongConsumer = {
  username: stranger,
  plugins: [
    {
      name: "response-transformer",
      config: { add: { headers: ['WWW-Authenticate:Basic realm="Supabase Studio"'] } },
    },
    { name: "request-termination", config: { status_code: 401, message: "Unauthorized" } },
  ],
};

const triesPerAddress = 20;
const triesWindowSeconds = 900;
const triesKey = '"silo-failed-logins:" .. kong.client.get_forwarded_ip()';

/**
 * Kong's rate limiting runs after basic auth, where a refused login never arrives, so failures
 * are counted by hand: a good login costs nothing, and after too many bad ones even the right
 * password is refused for a while. The counters live in the memory Kong keeps for rate limits.
 * Basic auth takes either header, and with `hide_credentials` removes both before it looks at the
 * password (Kong 3.4 basic-auth/access.lua), so what was sent is noted before it runs.
 */
const limitTries: KongPlugin = {
  name: "pre-function",
  config: {
    access: [
      [
        `local tries = ngx.shared.kong_rate_limiting_counters:get(${triesKey})`,
        `if tries and tries >= ${triesPerAddress} then`,
        '  return kong.response.exit(429, { message = "Too many failed logins: wait 15 minutes" })',
        "end",
        'kong.ctx.shared.silo_login = kong.request.get_header("authorization") or kong.request.get_header("proxy-authorization")',
      ].join("\n"),
    ],
    log: [
      [
        "if kong.ctx.shared.silo_login and kong.response.get_status() == 401 then",
        `  ngx.shared.kong_rate_limiting_counters:incr(${triesKey}, 1, 0, ${triesWindowSeconds})`,
        "end",
      ].join("\n"),
    ],
  },
};

const refuseCrossSite: KongPlugin = {
  name: "request-termination",
  config: { status_code: 403, message: "Refused: a request from another site" },
};

const fromOtherSites = { "sec-fetch-site": ["cross-site", "same-site"] } as const;

/**
 * The browser sends the login along with whatever another page makes it request. Kong prefers
 * the route with the most kinds of conditions, then the one with the most headers, then the
 * longest path. So reading is allowed (`read`), unless another site asks for it (`other-site`,
 * the same kinds and a header more), unless it is a person who follows a link to a page (`link`,
 * two headers), which must not be an interface (`link-to-api`, three). Anything that changes
 * something needs the browser's word that Studio itself sent it (`own`).
 */
const allowedRoutes: readonly KongRoute[] = [
  { ...route("own"), headers: { "sec-fetch-site": ["same-origin"] } },
  { ...route("read"), methods: ["GET", "HEAD"] },
  {
    ...route("link"),
    methods: ["GET", "HEAD"],
    headers: { "sec-fetch-mode": ["navigate"], "sec-fetch-dest": ["document"] },
  },
];

const refusedRoutes: readonly KongRoute[] = [
  {
    ...route("other-site"),
    methods: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
    headers: fromOtherSites,
  },
  {
    ...route("link-to-api", "/api"),
    methods: ["GET", "HEAD"],
    headers: {
      ...fromOtherSites,
      "sec-fetch-mode": ["navigate"],
      "sec-fetch-dest": ["document"],
    },
  },
  route("rest"),
];

function route(name: string, path = "/"): KongRoute {
  return { name, paths: [path], strip_path: false };
}
