import { type Call, ok, param, queryInteger, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { AppRow } from "../entities.ts";
import { invalid, notFound, secretsVersionMissing } from "../errors.ts";
import { appOf } from "../lookups.ts";
import type { Route } from "../router.ts";
import { fingerprint } from "../views.ts";

const path = "/v1/apps/:app/secrets";
const onePath = `${path}/:secret`;

export const secretRoutes: readonly Route[] = [
  { method: "GET", path, action: "secrets-list", access: "read", run: listSecrets },
  { method: "POST", path, action: "secrets-update", access: "write", run: updateSecrets },
  { method: "GET", path: onePath, action: "secret-get", access: "read", run: getSecret },
  { method: "POST", path: onePath, action: "secret-set", access: "write", run: setSecret },
  { method: "DELETE", path: onePath, action: "secret-delete", access: "write", run: deleteSecret },
];

/** Values are never given out, `show_secrets` or not. */
function listSecrets(call: Call, cloud: Cloud): Reply {
  const app = appToRead(call, cloud);
  return ok({ secrets: secretsView(app) });
}

/** `null` unsets. */
function updateSecrets(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const { values } = call.body;
  if (typeof values !== "object" || values === null) throw invalid("values is required");
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && typeof value !== "string")
      throw invalid(`values.${name} must be a string`);
  }
  const version = newVersion(app, call, cloud);
  for (const [name, value] of Object.entries(values)) write(app, name, value, call.at);
  return ok({ secrets: secretsView(app), version, Version: version });
}

function getSecret(call: Call, cloud: Cloud): Reply {
  const app = appToRead(call, cloud);
  return ok(oneSecret(app, param(call, "secret")));
}

function setSecret(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  const name = param(call, "secret");
  const value = text(call.body, "value");
  if (value === undefined) throw invalid("value is required");
  const version = newVersion(app, call, cloud);
  write(app, name, value, call.at);
  return { status: 201, body: { ...oneSecret(app, name), version, Version: version } };
}

function deleteSecret(call: Call, cloud: Cloud): Reply {
  const app = appOf(call, cloud);
  oneSecret(app, param(call, "secret"));
  const version = newVersion(app, call, cloud);
  write(app, param(call, "secret"), null, call.at);
  return ok({ version, Version: version });
}

function appToRead(call: Call, cloud: Cloud): AppRow {
  const app = appOf(call, cloud);
  const version = queryInteger(call.query, "min_version") ?? 0;
  if (version > app.secretsVersion) throw secretsVersionMissing(version);
  return app;
}

function write(app: AppRow, name: string, value: string | null, at: number): void {
  if (value === null) {
    const { [name]: _gone, ...rest } = app.secrets;
    app.secrets = rest;
  } else {
    const createdMs = app.secrets[name]?.createdMs ?? at;
    app.secrets = { ...app.secrets, [name]: { value, createdMs, updatedMs: at } };
  }
}

/** To be called before the write: what was there is what new machines see for a while. */
function newVersion(app: AppRow, call: Call, { latency }: Cloud): number {
  app.staleSecrets = secretsForMachines(app, call.at);
  app.secretsVersion++;
  app.secretsReadyMs = call.at + latency.secretsMs;
  return app.secretsVersion;
}

function oneSecret(app: AppRow, name: string) {
  const found = secretsView(app).find((secret) => secret.name === name);
  if (!found) throw notFound(`secret ${name}`);
  return found;
}

/** The values that a machine made at this moment gets. */
export function secretsForMachines(app: AppRow, at: number): Record<string, string> {
  if (at < app.secretsReadyMs) return app.staleSecrets;
  return Object.fromEntries(Object.entries(app.secrets).map(([name, { value }]) => [name, value]));
}

function secretsView(app: AppRow) {
  return Object.entries(app.secrets).map(([name, { value, createdMs, updatedMs }]) => ({
    name,
    digest: fingerprint(`${app.id} ${name} ${value}`),
    created_at: new Date(createdMs).toISOString(),
    updated_at: new Date(updatedMs).toISOString(),
  }));
}
