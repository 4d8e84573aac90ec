/** A Kong before a machine that answers everything, with a file that has one route of each kind. */

import { aNeighbourhood, type GuestChanges } from "./a-neighbourhood.ts";

export const kongEnv = {
  KONG_DATABASE: "off",
  KONG_DECLARATIVE_CONFIG: "/etc/kong.yml",
  KONG_DNS_ORDER: "LAST,AAAA,A,CNAME",
  KONG_PLUGINS:
    "request-transformer,cors,key-auth,acl,basic-auth,request-termination,rate-limiting",
  KONG_PROXY_LISTEN: "0.0.0.0:8000 reuseport backlog=16384, [::]:8000 reuseport backlog=16384",
  KONG_ADMIN_LISTEN: "off",
  KONG_STATUS_LISTEN: "0.0.0.0:8100, [::]:8100",
};

export const kongConfig = `
_format_version: "3.0"
consumers:
  - username: anon
    keyauth_credentials: [{ key: anon-key }]
    acls: [{ group: anon }]
  - username: service_role
    keyauth_credentials: [{ key: service-key }]
    acls: [{ group: admin }]
services:
  - name: open
    url: http://echo.flycast:9999/verify
    routes: [{ name: open, strip_path: true, paths: [/auth/v1/verify] }]
  - name: auth
    url: http://echo.flycast:9999/
    routes: [{ name: auth, strip_path: true, paths: [/auth/v1/] }]
    plugins:
      - name: cors
      - { name: key-auth, config: { hide_credentials: false } }
      - { name: acl, config: { hide_groups_header: true, allow: [admin, anon] } }
  - name: admin
    url: http://echo.flycast:9999/base
    routes: [{ name: admin, strip_path: true, paths: [/pg/] }]
    plugins:
      - { name: key-auth, config: { hide_credentials: true } }
      - { name: acl, config: { allow: [admin] } }
  - name: whole
    url: http://echo.flycast:9999
    routes: [{ name: whole, strip_path: false, paths: [/whole] }]
  - name: limited
    url: http://echo.flycast:9999/
    routes: [{ name: limited, paths: [/limited] }]
    plugins: [{ name: rate-limiting, config: { minute: 2, policy: local } }]
  - name: closed
    url: http://echo.flycast:9999/
    routes: [{ name: closed, paths: [/mcp] }]
    plugins:
      - { name: request-termination, config: { status_code: 403, message: Access is forbidden. } }
  - name: rest
    url: http://echo.flycast:9999/
    routes: [{ name: rest, paths: [/rest/v1/] }]
    plugins:
      - name: key-auth
      - name: request-transformer
        config:
          add:
            headers:
              - "Content-Profile: graphql_public"
              - "Authorization: $((headers.authorization ~= nil and headers.authorization) or ('Bearer ' .. headers.apikey))"
          remove: { headers: [x-secret] }
`;

export async function withKong(changes: GuestChanges = {}, text = kongConfig) {
  const world = aNeighbourhood();
  const echo = world.aMachine("echo", { image: "echo", env: { PORT: "9999" } });
  await world.boot(echo);
  const seen: Request[] = [];
  const send = world.others.send;
  world.others.send = (to, port, request) => {
    seen.push(request);
    return send(to, port, request);
  };
  const kong = world.aMachine("kong", {
    env: { ...kongEnv, ...changes.env },
    files: { "/etc/kong.yml": text, ...changes.files },
    ...(changes.command ? { command: changes.command } : {}),
  });
  const booted = await world.boot(kong);
  const ask = (path: string, init?: RequestInit) => world.ask(kong, 8000, path, init);
  return { ...world, echo, kong, booted, ask, seen };
}

export const apikey = (key: string, more = {}) => ({ headers: { apikey: key, ...more } });
