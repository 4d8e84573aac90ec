/** Readers of machines. What the engine walks through is checked; the rest of a config is kept. */

import type { FlyMachine, FlyMachineConfig, FlyOrgMachine, FlyService } from "#wire/fly.ts";
import {
  flag,
  type Json,
  list,
  needed,
  object,
  optional,
  orElse,
  type Read,
  shapeOf,
  text,
  textMap,
  word,
} from "../shape.ts";
import { readCheckStatus, readEvent } from "./shapes.ts";

type ImageRef = NonNullable<FlyMachine["image_ref"]>;
type Guest = FlyMachineConfig["guest"];
type Overview = NonNullable<FlyOrgMachine["config"]>;

const configParts: Readonly<Record<string, Read<unknown>>> = {
  image: text,
  guest: object,
  env: textMap,
  init: object,
  services: list(readService),
  checks: object,
  mounts: list(object),
  files: list(object),
  containers: list(object),
  restart: object,
  stop_config: object,
  metadata: textMap,
  auto_destroy: flag,
};

/** Kept whole, so that an update made from it wipes nothing; null fields are dropped. */
function readConfig(value: unknown, what: string): FlyMachineConfig {
  const raw = object(value, what);
  const entries = Object.entries(raw)
    .filter(([, given]) => given !== null)
    .map(([key, given]) => {
      const read = Object.hasOwn(configParts, key) ? configParts[key] : undefined;
      return [key, read ? read(given, `${what}.${key}`) : given];
    });
  return { image: "", ...Object.fromEntries(entries) } as FlyMachineConfig;
}

/** The API may echo `autostop` as false, true or "suspend". */
function readService(value: unknown, what: string): FlyService {
  const raw = object(value, what);
  const { autostop } = raw;
  const words: Json = autostop === undefined ? {} : { autostop: autostopOf(autostop) };
  const ports = list(object)(raw.ports ?? null, `${what}.ports`);
  return { ...raw, ports, ...words } as unknown as FlyService;
}

function autostopOf(value: unknown): unknown {
  if (value === true) return "stop";
  return value === false || value === null ? "off" : value;
}

export const readMachine = shapeOf<FlyMachine>({
  id: needed(word),
  name: orElse(text, ""),
  state: needed(word),
  region: orElse(text, ""),
  instance_id: optional(text),
  version: optional(text),
  private_ip: optional(text),
  created_at: orElse(text, ""),
  updated_at: orElse(text, ""),
  config: optional(readConfig),
  incomplete_config: optional(readConfig),
  host_status: optional(text),
  image_ref: optional(
    shapeOf<ImageRef>({
      registry: optional(text),
      repository: optional(text),
      tag: optional(text),
      digest: optional(text),
    }),
  ),
  checks: optional(list(readCheckStatus)),
  events: optional(list(readEvent)),
  cordoned: optional(flag),
});

export const readOrgMachine = shapeOf<FlyOrgMachine>({
  app_name: needed(word),
  id: needed(word),
  name: orElse(text, ""),
  state: needed(word),
  region: orElse(text, ""),
  version: optional(text),
  created_at: orElse(text, ""),
  updated_at: orElse(text, ""),
  config: optional(
    shapeOf<Overview>({
      guest: optional((value, what) => object(value, what) as unknown as Guest),
      image: optional(text),
      metadata: optional(textMap),
    }),
  ),
});

/** Nothing is left of it, or it is an old version of a machine. */
export function isGone(machine: { readonly state: string }): boolean {
  return goneStates.has(machine.state);
}

const goneStates: ReadonlySet<string> = new Set(["destroyed", "replaced", "migrated"]);
