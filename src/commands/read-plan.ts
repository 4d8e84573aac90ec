/** Reading back a plan that `silo plan --out` wrote. */

import type { ApprovedPlan } from "#engine/moved.ts";
import { Refused } from "#silo/errors.ts";
import type { Files } from "#world/effects.ts";

export function readApprovedPlan(files: Files, path: string): readonly ApprovedPlan[] {
  if (!files.exists(path)) throw unusable(path, "it does not exist");
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(files.read(path)));
  } catch {
    throw unusable(path, "it is not JSON");
  }
  if (!isPlan(document)) throw unusable(path, "it is not a plan of this version");
  return document.silos;
}

function isPlan(value: unknown): value is { readonly silos: readonly ApprovedPlan[] } {
  return (
    isObject(value) &&
    value.version === 1 &&
    Array.isArray(value.silos) &&
    value.silos.every(isSiloPlan)
  );
}

const isSiloPlan = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.silo === "string" &&
  typeof value.specDigest === "string" &&
  isObject(value.cost) &&
  typeof value.cost.afterUsd === "number" &&
  Array.isArray(value.steps) &&
  value.steps.every(isStep);

const isStep = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.key === "string" &&
  typeof value.text === "string" &&
  Array.isArray(value.changes);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const unusable = (path: string, why: string) =>
  new Refused(`Cannot use the plan ${path}: ${why}`, {
    exitCode: 2,
    fix: "make one with `silo plan --out FILE`",
  });
