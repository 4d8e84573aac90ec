/** Everything a rule may look at: what is wanted, what is, and what was asked for. */

import type { DriftPolicy } from "#silo/config.generated.ts";
import type { Hold } from "#silo/holds.ts";
import type { Power, PowerOrigin, PowerState, SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { DesiredDelivery } from "./delivery.ts";
import type { DesiredSilo } from "./desire.ts";
import type { DesiredFrontend } from "./frontend.ts";
import type { Moving } from "./moving.ts";
import type { ObservedSilo } from "./observed.ts";
import type { RestoreIntent, Restoring } from "./restoring.ts";
import type { RotateIntent, RotationWish } from "./rotation.ts";

export type Intent =
  | { readonly kind: "apply" }
  | {
      readonly kind: "start" | "stop" | "restart";
      readonly by: PowerOrigin;
      /** Absent: nobody said why. */
      readonly reason?: string;
      /** Of a restart that is to rotate keys as well. */
      readonly rotation?: RotationWish;
    }
  | RotateIntent
  /** Only what a weaker mode of row level security, whose time is over, has left. */
  | { readonly kind: "end-rls" }
  | { readonly kind: "hold"; readonly hold: Hold }
  /** Without `by`: all holds. */
  | { readonly kind: "release"; readonly by: string | undefined }
  | RestoreIntent
  | ImportIntent
  | {
      readonly kind: "destroy";
      readonly graceDays: number;
      /** Because its spec is gone. */
      readonly isRemoval?: true;
    };

/** Apps that somebody made by hand become the silo's by marks on their machines; nothing else changes. */
export interface ImportIntent {
  readonly kind: "import";
  /** As the machines were. */
  readonly power: PowerState;
}

export interface Situation {
  readonly silo: Silo;
  readonly intent: Intent;
  readonly desired: DesiredSilo;
  readonly observed: ObservedSilo;
  readonly record: SiloRecord | undefined;
  /** What the machines are to be when all is done. */
  readonly power: PowerTarget;
  readonly delivery: DesiredDelivery | undefined;
  /** Of an apply that of the spec, of all else that of the record. */
  readonly frontend: DesiredFrontend | undefined;
  readonly hasNetlify: boolean;
  readonly drift: DriftPolicy | undefined;
  /** Days that a volume is kept after another one has taken over from it. */
  readonly graceDays: number;
  /** Present when this plan takes it to another region. */
  readonly moving?: Moving;
  /** Present when this plan puts a volume made from a snapshot in the place of another. */
  readonly restoring?: Restoring;
  /** US dollars a month. */
  readonly budgetUsd: number | undefined;
  readonly now: number;
}

export interface PowerTarget {
  readonly state: PowerState;
  /** Present when the record must say so anew. */
  readonly write: Power | undefined;
}

/**
 * The power rule: an unchanged spec never wakes a silo that somebody stopped. Only start, restart,
 * creation, and `devenv_enabled` going from false to true do.
 */
export function powerTarget(
  silo: Silo,
  record: SiloRecord | undefined,
  intent: Intent,
  now: number,
): PowerTarget {
  const at = new Date(now).toISOString();
  const write = (desired: PowerState, by: PowerOrigin, reason: string): PowerTarget => ({
    state: desired,
    write: { desired, by, reason, at },
  });
  if (intent.kind === "destroy") return { state: "stopped", write: undefined };
  if (intent.kind === "end-rls") {
    return { state: record?.power.desired ?? "stopped", write: undefined };
  }
  if (intent.kind === "start" || intent.kind === "stop" || intent.kind === "restart") {
    const desired = intent.kind === "stop" ? "stopped" : "running";
    const isNews = record?.power.desired !== desired || intent.kind === "restart";
    // Asked again without a reason, the one that was given stays.
    if (!isNews && intent.reason === undefined) return { state: desired, write: undefined };
    return write(desired, intent.by, intent.reason ?? `silo ${intent.kind}`);
  }
  if (intent.kind === "import" && !record) {
    return write(intent.power, "dispatch", "as it was when it was imported");
  }
  if (intent.kind === "hold" || intent.kind === "release" || intent.kind === "import") {
    return { state: record?.power.desired ?? "stopped", write: undefined };
  }
  const isEnabled = silo.spec.devenv.devenv_enabled;
  if (!record) {
    return isEnabled
      ? write("running", "spec", "created")
      : write("stopped", "spec", "created with devenv_enabled: false");
  }
  const { desired, by } = record.power;
  if (!isEnabled && (desired === "running" || by !== "spec")) {
    return write("stopped", "spec", "devenv_enabled is false");
  }
  if (isEnabled && desired === "stopped" && by === "spec") {
    return write("running", "spec", "its spec wants it to run");
  }
  return { state: desired, write: undefined };
}
