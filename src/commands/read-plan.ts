/** Reading back a plan that `silo plan --out` wrote. */

import { type ApprovedPlan, fidelityOf } from "#engine/moved.ts";
import type { Plan, SiloPlan } from "#engine/plan.ts";
import { Refused } from "#silo/errors.ts";
import type { Files } from "#world/effects.ts";
import type { CommandContext } from "./types.ts";

/** The plan of `--plan FILE`, which names its own silos; `undefined` when there is none. */
export function namedByPlan({ files, options, operands }: CommandContext):
  | {
      readonly file: string;
      readonly approved: readonly ApprovedPlan[];
      readonly operands: readonly string[];
    }
  | undefined {
  const file = options.value("plan");
  if (file === undefined || isDigest(file)) return undefined;
  if (operands.length > 0) {
    throw new Refused("A plan names its own silos", { exitCode: 2, fix: "leave the names out" });
  }
  const approved = readApprovedPlan(files, file);
  return { file, approved, operands: approved.map(({ silo }) => silo) };
}

const isDigest = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** Throws `Refused` (exit 4) unless the plan is what `--plan` asks for, or less of it. */
export function assertNothingMoved(
  { options }: Pick<CommandContext, "options">,
  approved: readonly ApprovedPlan[] | undefined,
  { silos, digest }: Plan,
): void {
  const asked = options.value("plan");
  if (asked === undefined) return;
  const moved = approved
    ? silos.flatMap((now) => movedLines(approved, now))
    : asked === digest
      ? []
      : [`it was ${asked}, and is ${digest}`];
  if (moved.length === 0) return;
  throw new Refused(`The world moved since the plan was made:\n  ${moved.join("\n  ")}`, {
    exitCode: 4,
    fix: "make and approve a new plan",
  });
}

function movedLines(approved: readonly ApprovedPlan[], now: SiloPlan): readonly string[] {
  // What needs nothing needs no approval.
  if (now.steps.length === 0) return [];
  const before = approved.find(({ silo }) => silo === now.silo);
  const fidelity = before ? fidelityOf(before, now) : undefined;
  if (!fidelity) return [`${now.silo}: it is not in the plan`];
  return fidelity.kind === "moved" ? fidelity.lines.map((line) => `${now.silo}: ${line}`) : [];
}

function readApprovedPlan(files: Files, path: string): readonly ApprovedPlan[] {
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
  typeof value.intent === "string" &&
  typeof value.specDigest === "string" &&
  typeof value.worldDigest === "string" &&
  typeof value.digest === "string" &&
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
