/**
 * What somebody changed by hand in a machine that carries the digest of its spec. Only what we set
 * is compared: Fly echoes defaults of its own, and hosts, volume ids and addresses change by
 * themselves.
 */

import { canonicalJson } from "#silo/canonical-json.ts";
import type { DriftPolicy } from "#silo/config.generated.ts";
import { keys } from "#silo/record.ts";
import type { FlyMachineConfig } from "#wire/fly.ts";
import type { DesiredService } from "./desire.ts";
import type { ObservedMachine } from "./observed.ts";
import { notInSpec, shownValue } from "./shown-value.ts";

export type DriftField = keyof DriftPolicy;

export interface ConfigDrift {
  readonly kind: DriftField;
  /** `env.GOTRUE_SITE_URL`, `services.0.autostart`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** Empty for a shallow look, and for a machine that an apply has still to bring up to its spec. */
export function configDrift(wanted: DesiredService, machine: ObservedMachine): ConfigDrift[] {
  const { config, metadata } = machine;
  if (!config || metadata[keys.specDigest] !== wanted.specDigest) return [];
  return [...differences(wanted.machine, config, []), ...strangeEnv(wanted.machine, config)];
}

export const hasDriftToHeal = (
  wanted: DesiredService,
  machine: ObservedMachine,
  policy: DriftPolicy | undefined,
): boolean =>
  policy !== undefined && configDrift(wanted, machine).some(({ kind }) => policy[kind] === "heal");

type Path = readonly string[];

function differences(wanted: unknown, seen: unknown, path: Path): ConfigDrift[] {
  if (wanted === undefined) return [];
  if (isList(wanted) && isList(seen) && wanted.length === seen.length) {
    return wanted.flatMap((item, index) => differences(item, seen[index], [...path, `${index}`]));
  }
  if (isObject(wanted) && isObject(seen)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, seen[key], [...path, key]),
    );
  }
  return isSame(wanted, seen) ? [] : [drift(path, seen, wanted)];
}

/** Nothing else in a machine's environment is Fly's: it adds its own variables inside. */
function strangeEnv(wanted: FlyConfig, seen: FlyConfig): ConfigDrift[] {
  const strange = (path: Path, ours: Env = {}, theirs: Env = {}) =>
    Object.keys(theirs)
      .filter((name) => !(name in ours))
      .map((name) => drift([...path, "env", name], notInSpec, undefined));
  return [
    ...strange([], wanted.env, seen.env),
    ...(wanted.containers ?? []).flatMap((container, index) =>
      strange(["containers", `${index}`], container.env, seen.containers?.[index]?.env),
    ),
  ];
}

type FlyConfig = Partial<FlyMachineConfig>;
type Env = Readonly<Record<string, string>>;

/** `false`, `off` and absence are the same word in different versions of the API. */
function isSame(wanted: unknown, seen: unknown): boolean {
  if (wanted === "off" || wanted === false) {
    return seen === "off" || seen === false || seen === undefined || seen === null;
  }
  return canonicalJson(wanted) === canonicalJson(seen ?? null);
}

function drift(path: Path, from: unknown, to: unknown): ConfigDrift {
  const kind = kindOf(path);
  const field = path.join(".");
  const isLong = kind === "files";
  return {
    kind,
    field,
    from: isLong ? "(changed)" : shownValue(from),
    to: isLong ? "(as in the spec)" : shownValue(to),
  };
}

function kindOf(path: Path): DriftField {
  const [first, , third] = path;
  const name = first === "containers" ? third : first;
  if (name === "guest") return "size";
  if (name === "healthchecks") return "checks";
  const known: readonly string[] = ["image", "env", "services", "checks", "files"];
  return name !== undefined && known.includes(name) ? (name as DriftField) : "other";
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
