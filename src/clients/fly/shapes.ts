/** Readers of what the Fly API answers. Unknown fields are dropped, except in a machine's config. */

import type {
  FlyApp,
  FlyCheckStatus,
  FlyExecResult,
  FlyIp,
  FlyLease,
  FlyMachineEvent,
  FlyOrgVolume,
  FlyRegion,
  FlySecret,
  FlySnapshot,
  FlyToken,
  FlyVolume,
} from "#wire/fly.ts";
import {
  flag,
  list,
  needed,
  number,
  object,
  optional,
  orElse,
  type Read,
  ShapeError,
  shapeOf,
  text,
  word,
} from "../shape.ts";

/** The list under a key of an envelope: `{"apps": [...]}`. */
export function readList<T>(body: unknown, key: string, read: Read<T>): readonly T[] {
  const envelope = object(body, "the answer");
  if (!(key in envelope)) throw new ShapeError(`the answer has no ${key}`);
  return list(read)(envelope[key], key);
}

export const readApp = shapeOf<FlyApp>({
  id: orElse(text, ""),
  name: needed(word),
  machine_count: optional(number),
  volume_count: optional(number),
  network: optional(text),
  status: optional(text),
  organization: optional(
    shapeOf<NonNullable<FlyApp["organization"]>>({ name: optional(text), slug: optional(text) }),
  ),
});

const volumeFields = {
  id: needed(word),
  name: orElse(text, ""),
  state: needed(text),
  size_gb: needed(number),
  region: orElse(text, ""),
  attached_machine_id: orElse((value: unknown, what: string) => text(value, what) || null, null),
  created_at: orElse(text, ""),
  encrypted: optional(flag),
  host_status: optional(text),
  bytes_used: optional(number),
};

export const readVolume = shapeOf<FlyVolume>(volumeFields);

export const readOrgVolume = shapeOf<FlyOrgVolume>({
  ...volumeFields,
  app_name: needed(word),
  updated_at: optional(text),
});

export const readSnapshot = shapeOf<FlySnapshot>({
  id: needed(word),
  status: orElse(text, ""),
  created_at: orElse(text, ""),
  size: optional(number),
});

export const readSecret = shapeOf<FlySecret>({
  name: needed(word),
  digest: optional(text),
  created_at: optional(text),
  updated_at: optional(text),
});

export const readIp = shapeOf<FlyIp>({
  ip: needed(word),
  region: optional(text),
  shared: optional(flag),
  created_at: optional(text),
  network: optional(shapeOf<NonNullable<FlyIp["network"]>>({ name: optional(text) })),
});

const readBareLease = shapeOf<FlyLease>({
  // Absent for whoever does not hold it.
  nonce: orElse(text, ""),
  expires_at: needed(number),
  owner: optional(text),
  description: optional(text),
  version: optional(text),
});

/** The documents say a bare lease, the API answers `{"status":"success","data":{…}}`. */
export function readLease(body: unknown): FlyLease {
  const answer = object(body, "the lease");
  const bare = "data" in answer ? answer.data : answer;
  return readBareLease(bare, "the lease");
}

export const readEvent = shapeOf<FlyMachineEvent>({
  id: orElse(text, ""),
  type: orElse(text, ""),
  status: orElse(text, ""),
  source: optional(text),
  timestamp: orElse(number, 0),
  request: optional(object),
});

export const readCheckStatus = shapeOf<FlyCheckStatus>({
  name: needed(text),
  status: orElse(text, "unknown"),
  output: optional(text),
  updated_at: optional(text),
});

/** Go leaves out a zero where it is told to, so an answer with output but no code is a success. */
export function readExecResult(body: unknown): FlyExecResult {
  const raw = object(body, "the result");
  const hasOutput = typeof raw.stdout === "string" || typeof raw.stderr === "string";
  return execResult(hasOutput ? { exit_code: 0, ...raw } : raw, "the result");
}

const execResult = shapeOf<FlyExecResult>({
  exit_code: needed(number),
  exit_signal: optional(number),
  stdout: orElse(text, ""),
  stderr: orElse(text, ""),
});

export const readRegion = shapeOf<FlyRegion>({
  code: needed(word),
  name: orElse(text, ""),
  deprecated: optional(flag),
  latitude: optional(number),
  longitude: optional(number),
  gateway_available: optional(flag),
  requires_paid_plan: optional(flag),
});

const readToken = shapeOf<FlyToken>({
  token_id: optional(text),
  org_slug: optional(text),
  organization: optional(text),
  apps: optional(list(text)),
  user: optional(text),
});

export function readTokens(body: unknown): readonly FlyToken[] {
  return readList(body, "tokens", readToken);
}
