import { describe, expect, it } from "vitest";
import { flyContract } from "../support/fly-contract.ts";
import type { Exchange } from "../support/openapi-contract.ts";

const api = "https://api.machines.dev/v1";
const lease = `${api}/apps/devenv-acme-erp-kong/machines/48e0/lease`;
const envelope = { status: "success", data: { nonce: "0123", expires_at: 1_795_520_000 } };

const documented: readonly Exchange[] = [
  { method: "GET", url: `${api}/apps?org_slug=acme`, status: 200, responseBody: { apps: [] } },
  { method: "POST", url: `${lease}?ttl=30`, status: 201, responseBody: envelope },
  {
    method: "POST",
    url: lease,
    requestBody: { ttl: 30, description: "apply" },
    status: 201,
    responseBody: envelope,
  },
  {
    method: "DELETE",
    url: lease,
    requestHeaders: { "fly-machine-lease-nonce": "0123" },
    status: 200,
    responseBody: { ok: true },
  },
  { method: "DELETE", url: `${api}/apps/devenv-acme-erp-kong?force=true`, status: 202 },
  {
    method: "POST",
    url: `${api}/apps/devenv-acme-erp-pg/secrets`,
    requestBody: { values: { NEW: "x", OLD: null } },
    status: 200,
    responseBody: { version: 3, secrets: [{ name: "NEW", digest: "d" }] },
  },
  {
    method: "POST",
    url: `${api}/apps/devenv-acme-erp-pg/volumes`,
    requestBody: { name: "pg_data", region: "yyz", size_gb: 10 },
    status: 201,
    responseBody: { id: "vol_1", attached_machine_id: null },
  },
  {
    method: "GET",
    url: `${api}/apps/a/machines/1/wait?state=started&state=stopped&timeout=60&version=01J`,
    status: 408,
    responseBody: { error: "deadline_exceeded: machine failed to reach desired state" },
  },
];

const undocumented: readonly (readonly [string, Exchange])[] = [
  ["a path without its version", { method: "GET", url: "https://x.test/apps", status: 200 }],
  [
    "a bare lease",
    { ...(documented[1] ?? { method: "", url: lease, status: 201 }), responseBody: envelope.data },
  ],
  [
    "an unknown field of a container",
    {
      method: "POST",
      url: `${api}/apps/a/machines`,
      requestBody: { config: { image: "x", containers: [{ name: "x", imagee: "x" }] } },
      status: 200,
      responseBody: {},
    },
  ],
  [
    "a dependency condition outside the enum",
    {
      method: "POST",
      url: `${api}/apps/a/machines`,
      requestBody: {
        config: { containers: [{ depends_on: [{ name: "x", condition: "settled" }] }] },
      },
      status: 200,
      responseBody: {},
    },
  ],
];

describe.skipIf(flyContract === undefined)("the contract of the Fly Machines API", () => {
  it.each(documented)("knows $method $url", (exchange) => {
    expect(flyContract?.validateExchange(exchange)).toEqual([]);
  });

  it.each(undocumented)("refuses %s", (_, exchange) => {
    expect(flyContract?.validateExchange(exchange)).not.toEqual([]);
  });
});
