/** Metadata is part of the config, yet changing it makes no new version, and no lease guards it. */

import { type Call, ok, param, type Reply, text } from "../call.ts";
import type { Cloud } from "../cloud.ts";
import type { MachineRow } from "../entities.ts";
import { ApiProblem, invalid, notFound } from "../errors.ts";
import { machineOf } from "../lookups.ts";
import { currentConfig } from "../machine-config.ts";
import type { Route } from "../router.ts";

const path = "/v1/apps/:app/machines/:machine/metadata";
const onePath = `${path}/:key`;

export const machineMetadataRoutes: readonly Route[] = [
  { method: "GET", path, action: "metadata-get", access: "read", run: getMetadata },
  { method: "PUT", path, action: "metadata-patch", access: "write", run: mergeMetadata },
  { method: "PATCH", path, action: "metadata-patch", access: "write", run: mergeMetadata },
  { method: "GET", path: onePath, action: "metadata-key-get", access: "read", run: getKey },
  { method: "POST", path: onePath, action: "metadata-key-set", access: "write", run: setKey },
  {
    method: "DELETE",
    path: onePath,
    action: "metadata-key-delete",
    access: "write",
    run: deleteKey,
  },
];

function getMetadata(call: Call, cloud: Cloud): Reply {
  return ok(metadataOf(machineOf(call, cloud)));
}

/** `null` and the empty text remove a key. PUT is the old name of the same call. */
function mergeMetadata(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  const { metadata } = call.body;
  if (typeof metadata !== "object" || metadata === null) throw invalid("metadata is required");
  const version = text(call.body, "machine_version");
  if (version !== undefined && version !== row.version) {
    throw new ApiProblem(
      412,
      `failed_precondition: machine_version ${version} is not the current version ${row.version}`,
    );
  }
  const merged: Record<string, string> = { ...metadataOf(row) };
  for (const [key, value] of Object.entries(metadata)) {
    if (value === null || value === "") delete merged[key];
    else if (typeof value === "string") merged[key] = value;
    else throw invalid(`metadata.${key} must be a string`);
  }
  write(row, merged, call, cloud);
  return { status: 204 };
}

function getKey(call: Call, cloud: Cloud): Reply {
  const value = metadataOf(machineOf(call, cloud))[param(call, "key")];
  if (value === undefined) throw notFound(`metadata key ${param(call, "key")}`);
  return ok({ value });
}

function setKey(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  const value = text(call.body, "value");
  if (value === undefined) throw invalid("value is required");
  write(row, { ...metadataOf(row), [param(call, "key")]: value }, call, cloud);
  return { status: 204 };
}

function deleteKey(call: Call, cloud: Cloud): Reply {
  const row = machineOf(call, cloud);
  const { [param(call, "key")]: _gone, ...rest } = metadataOf(row);
  write(row, rest, call, cloud);
  return { status: 204 };
}

function metadataOf(row: MachineRow): Readonly<Record<string, string>> {
  return currentConfig(row).metadata ?? {};
}

function write(row: MachineRow, metadata: Record<string, string>, call: Call, cloud: Cloud): void {
  const current = row.versions.at(-1);
  if (current) current.config = { ...current.config, metadata };
  cloud.life.touch(row, call.at);
}
