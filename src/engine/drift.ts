/**
 * Drift of one silo: what a deep look shows to be other than its spec, though the spec was applied.
 * What an apply would do is healed; what only a person can judge is reported.
 */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import { type ConfigDrift, configDrift } from "#state/config-drift.ts";
import { currentVolume } from "#state/current-volume.ts";
import { confirmedFailing } from "#state/degraded.ts";
import type { DesiredService } from "#state/desire.ts";
import { currentMachine, type ObservedService, type ObservedSilo } from "#state/observed.ts";
import type { Owner } from "#state/ownership.ts";
import { powerTarget } from "#state/situation.ts";
import { servicesWith } from "#steps/build-step.ts";
import { recipientSetKind, siteSetKind } from "#steps/recipient-set.ts";
import type { Step } from "#steps/types.ts";
import { desiredBy } from "./plan.ts";
import type { Look } from "./run-silo.ts";

export interface DriftItem {
  readonly service: ServiceName | undefined;
  /** `heal`: `drift --heal` mends it. `report`: somebody must look. */
  readonly policy: "heal" | "report";
  readonly text: string;
  readonly changes: readonly Pick<ConfigDrift, "field" | "from" | "to">[];
  /** ISO 8601: when the machine or volume was last changed. */
  readonly changedAt: string | undefined;
}

export interface SiloDrift {
  readonly silo: string;
  readonly items: readonly DriftItem[];
  /** Services, `devenv_enabled`, `secrets.repository` or `netlify`, whose spec was not applied yet: a difference that is nobody's drift. */
  readonly notApplied: readonly string[];
}

const apply = { kind: "apply" } as const;

export function driftOf(owner: Owner, { observed, plan }: Look, now: number): SiloDrift {
  const { silo } = owner;
  const desired = desiredBy(owner, apply, observed);
  const isSwitched =
    observed.record !== undefined &&
    powerTarget(silo, observed.record, apply, now).write !== undefined;
  // What somebody has to agree to is no drift, whatever the digests say; nor makes anybody a volume
  // smaller by hand.
  const specOnly = plan.steps.filter(
    ({ needsApproval, kind }) => needsApproval !== undefined || kind === "volume-extend",
  );
  const pending = serviceNames.filter(
    (name) =>
      observed.record === undefined ||
      isNotApplied(desired[name], observed.services[name]) ||
      specOnly.some(({ service }) => service === name),
  );
  const moved = plan.steps.flatMap(({ kind }) => recipients[kind] ?? []);
  const isPending = pending.length > 0 || isSwitched || moved.length > 0;
  const steps = plan.steps.filter(
    ({ effect, service }) =>
      effect !== "record" &&
      effect !== "wait" &&
      !(effect === "power" && isSwitched) &&
      (service === undefined ? !isPending : !pending.includes(service)),
  );
  return {
    silo: silo.slug,
    notApplied: [...pending, ...(isSwitched ? ["devenv_enabled"] : []), ...moved],
    items: [
      ...unfinished(observed),
      ...degraded(observed, steps),
      ...plan.refusals.map(({ message, fix }): DriftItem => report(`${message}; ${fix}`)),
      ...steps.map(
        ({ service, text, changes }): DriftItem => ({
          service,
          policy: "heal",
          text,
          changes,
          changedAt: service && currentMachine(observed.services[service])?.updatedAt,
        }),
      ),
      ...serviceNames.flatMap((name) => reported(owner, desired[name], observed.services[name])),
    ],
  };
}

/** By the kind of the step that lets another one in. */
const recipients: Readonly<Record<string, string>> = {
  [recipientSetKind]: "secrets.repository",
  [siteSetKind]: "netlify",
};

/** One that carries another digest than its spec has now, or that its spec has no more. */
function isNotApplied(wanted: DesiredService, seen: ObservedService): boolean {
  const digest = currentMachine(seen)?.metadata[keys.specDigest];
  return digest !== undefined && (!wanted.enabled || digest !== wanted.specDigest);
}

function unfinished({ record }: ObservedSilo): DriftItem[] {
  if (!record?.phase) return [];
  return [{ ...report(`A run died while it was ${record.phase}`), policy: "heal" }];
}

/** What is down is started again; what runs and fails is for a person, and its rows are withdrawn. */
function degraded(observed: ObservedSilo, steps: readonly Step[]): DriftItem[] {
  const failing = confirmedFailing(observed);
  const mended = servicesWith(steps, "machine-start", "machine-update");
  const left = failing.filter((name) => !mended.includes(name));
  if (left.length > 0)
    return [report(`It is degraded: ${left.join(", ")} failed two checks in a row`)];
  if (observed.record?.degraded === undefined || failing.length > 0) return [];
  return [{ ...report("It was degraded and is well again"), policy: "heal" }];
}

function reported(
  { silo, drift: policy }: Owner,
  wanted: DesiredService,
  seen: ObservedService,
): DriftItem[] {
  const machine = currentMachine(seen);
  const service = wanted.name;
  const changes = machine
    ? configDrift(wanted, machine).filter(({ kind }) => policy?.[kind] === "report")
    : [];
  const current = currentVolume(silo, seen);
  const strange = machine ? seen.volumes.filter(({ id }) => id !== current?.id) : [];
  return [
    ...(machine && changes.length > 0
      ? [
          {
            ...report(`The machine ${machine.name} of ${seen.app} was changed by hand`),
            service,
            changes,
            changedAt: machine.updatedAt,
          },
        ]
      : []),
    ...strange.map(({ id, name, sizeGb, createdAt }) => ({
      ...report(`${seen.app} has a volume that nothing mounts: ${id}, "${name}", ${sizeGb} GB`),
      service,
      changedAt: createdAt,
    })),
  ];
}

const report = (text: string): DriftItem => ({
  service: undefined,
  policy: "report",
  text,
  changes: [],
  changedAt: undefined,
});
