/** What must not happen, whatever the spec says. Every refusal comes with the way out. */

import { keys } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { currentVolume } from "#state/current-volume.ts";
import { type DesiredService, pendingDigest } from "#state/desire.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import { isConverging, isForLostKey, isLeftAlone } from "#state/rotation.ts";
import type { Situation } from "#state/situation.ts";
import { eachService } from "#steps/build-step.ts";
import type { Step } from "#steps/types.ts";
import { adoptionRefusals, unappliedImport } from "./guard-adoption.ts";
import { budgetRefusals } from "./guard-budget.ts";
import { doubtfulVolumes, surplusMachines } from "./guard-counts.ts";
import { expiryRefusals } from "./guard-expiry.ts";
import { moveRefusals, restoreRefusals } from "./guard-moves.ts";
import { recipientRefusals } from "./guard-recipient.ts";

export interface Refusal {
  readonly silo: string;
  readonly message: string;
  readonly fix: string;
}

export function refusalsOf(situation: Situation, steps: readonly Step[]): readonly Refusal[] {
  const { silo, intent, record } = situation;
  if (record && isLeftAlone(intent, record)) return [];
  const { slug } = silo;
  if (intent.kind === "import") {
    return adoptionRefusals(situation).map((refusal) => ({ silo: slug, ...refusal }));
  }
  const found = [
    ...eachService(situation).flatMap(({ wanted, seen }) => [
      ...foreignApp(silo, seen),
      ...surplusMachines(situation, seen),
      ...(isConverging(situation.intent, situation.record)
        ? [...blockingChanges(situation, wanted, seen), ...doubtfulVolumes(situation, wanted, seen)]
        : []),
    ]),
    ...unappliedImport(situation),
    ...moveRefusals(situation),
    ...restoreRefusals(situation),
    ...powerRefusals(situation, steps),
    ...rotationRefusals(situation),
    ...recipientRefusals(situation, steps),
    ...holdRefusals(situation),
    ...expiryRefusals(situation, steps),
    ...budgetRefusals(situation, steps),
    ...destroyRefusals(situation),
    ...lostRecord(situation),
  ];
  return found.map((refusal) => ({ silo: slug, ...refusal }));
}

type Reason = Omit<Refusal, "silo">;

function foreignApp({ slugs }: Silo, { app, ownership }: ObservedService): Reason[] {
  if (ownership.kind !== "foreign") return [];
  return [
    {
      message: `The app ${app} is not this silo's: ${ownership.why}`,
      fix: `choose other slugs, or have whoever owns it remove it first; \`silo import ${slugs.client} ${slugs.app}\` says whether it can be taken over`,
    },
  ];
}

/** Differences that no step can make without losing data or identity. */
function blockingChanges(
  { silo }: Situation,
  wanted: DesiredService,
  seen: ObservedService,
): Reason[] {
  const reasons: Reason[] = [];
  const machine = currentMachine(seen);
  const volume = currentVolume(silo, seen);
  if (volume && wanted.volume && volume.sizeGb > wanted.volume.sizeGb) {
    reasons.push({
      message: `The volume of ${wanted.app} has ${volume.sizeGb} GB, the spec says ${wanted.volume.sizeGb}; volumes only grow`,
      fix: `set volume_gb of ${wanted.name} to at least ${volume.sizeGb} in ${silo.file}`,
    });
  }
  const from = machine && postgresMajor(machine.image);
  const to = postgresMajor(wanted.machine.image);
  if (wanted.name === "postgres" && from && to && from !== to) {
    reasons.push({
      message: `Postgres ${from} cannot be started as Postgres ${to} on the same data`,
      fix: `keep an image of major version ${from} in ${silo.file}; for ${to} make a new silo and load a dump`,
    });
  }
  if (machine?.unreachable) {
    reasons.push({
      message: `The host of ${wanted.app} does not answer, so its machine ${machine.id} is unknown`,
      fix: "wait until Fly reports the host well again, then run the same command",
    });
  }
  return reasons;
}

/** A run that died may have made the machine, and not yet given it its secrets. */
function isMade(seen: ObservedService): boolean {
  const machine = currentMachine(seen);
  return machine !== undefined && machine.metadata[keys.specDigest] !== pendingDigest;
}

function powerRefusals(situation: Situation, steps: readonly Step[]): Reason[] {
  const { intent, silo, record } = situation;
  if (intent.kind !== "start" && intent.kind !== "stop" && intent.kind !== "restart") return [];
  const reasons: Reason[] = [];
  const missing = eachService(situation).filter(
    ({ wanted, seen }) => wanted.enabled && !isMade(seen),
  );
  if (missing.length > 0 && (intent.kind !== "stop" || !record)) {
    reasons.push({
      message: `${silo.slug} is not complete: ${missing.map(({ wanted }) => wanted.app).join(", ")} missing or not configured`,
      fix: `run \`silo apply ${silo.slug}\` first`,
    });
  }
  if (!silo.spec.devenv.devenv_enabled && steps.some(({ kind }) => kind === "machine-start")) {
    reasons.push({
      message: `${silo.slug} is switched off by its spec`,
      fix: `set devenv_enabled: true in ${silo.file}`,
    });
  }
  return reasons;
}

function rotationRefusals(situation: Situation): Reason[] {
  const { intent, silo, record, power, observed } = situation;
  if (intent.kind === "restart" && !intent.rotation && record?.rotation) {
    return [
      {
        message: `A rotation of ${silo.slug} is not finished`,
        fix: `finish it with \`silo ${record.power.desired === "stopped" ? "start" : "rotate"} ${silo.slug}\``,
      },
    ];
  }
  const isMaster = intent.kind === "rotate-master";
  if ((intent.kind !== "rotate" && !isMaster) || observed.conflict) return [];
  // What is not there has no keys.
  if (isMaster && !record) return [];
  const isLost = isForLostKey(intent);
  const isIncomplete = eachService(situation).some(
    ({ wanted, seen }) =>
      // An apply, which would make the others, needs the key.
      wanted.enabled && !currentMachine(seen) && (!isLost || wanted.name === "kong"),
  );
  if (!record || isIncomplete) {
    return [
      {
        message: `${silo.slug} is not complete, so its keys cannot be rotated`,
        fix: isLost
          ? `without its kong machine and its master key nothing of it can be changed: save the data, then \`silo destroy ${silo.slug} --now --allow-destroy\``
          : `run \`silo apply ${silo.slug}\` first`,
      },
    ];
  }
  // The machines of a stopped one can follow all the same, its database when it is started.
  if (power.state === "running" || isMaster) return [];
  return [
    {
      message: `${silo.slug} is stopped, and the passwords of its database are changed while it runs`,
      fix: silo.spec.devenv.devenv_enabled
        ? `run \`silo start ${silo.slug}\` first`
        : `set devenv_enabled: true in ${silo.file} and apply it first`,
    },
  ];
}

/** What does not run cannot be kept awake: whoever asks means to start it. */
function holdRefusals({ intent, silo, record }: Situation): Reason[] {
  if (intent.kind !== "hold" || (record?.power.desired === "running" && !record.phase)) return [];
  const how = record ? (record.phase ?? record.power.desired) : "absent";
  const fix = record
    ? `\`silo start ${silo.slug}\`, then hold it`
    : `\`silo apply ${silo.slug}\` first`;
  return [{ message: `${silo.slug} is ${how}: only a running silo can be held awake`, fix }];
}

/** The live protection outlives the YAML; the YAML alone is not trusted with lifting it. */
function destroyRefusals({ intent, silo, record, observed }: Situation): Reason[] {
  if (intent.kind !== "destroy") return [];
  const apps = Object.values(observed.services);
  if (apps.every(({ ownership }) => ownership.kind === "absent")) return [];
  if (!(record?.preventDestroy ?? silo.spec.devenv.prevent_destroy)) return [];
  if (!record) {
    return [
      {
        message: `${silo.slug} is protected: prevent_destroy is true in ${silo.file}`,
        fix: `set prevent_destroy: false in ${silo.file}, then destroy`,
      },
    ];
  }
  return [
    {
      message: `${silo.slug} is protected: prevent_destroy is true in its live state`,
      fix: intent.isRemoval
        ? `keep ${silo.file} with prevent_destroy: false and apply it, then remove the file`
        : `set prevent_destroy: false in ${silo.file} and apply it, then destroy`,
    },
  ];
}

/** Without it nothing says which keys are in force: new ones would lock the silo out of its data. */
function lostRecord({ observed, record, silo, intent }: Situation): Reason[] {
  if (observed.conflict) return [observed.conflict];
  const { kong, ...others } = observed.services;
  const marked = [kong, ...Object.values(others)].find(
    ({ ownership, machines }) => ownership.kind === "ours" && machines.length > 0,
  );
  if (record || intent.kind === "destroy") return [];
  if (!marked)
    return intent.kind === "apply" ? keylessData(silo, [kong, ...Object.values(others)]) : [];
  return [
    {
      message: `The machine of ${marked.app} carries no silo record`,
      fix:
        marked === kong
          ? `restore its metadata, or remove it; ${silo.slug} is then made again from its siblings`
          : `restore its metadata; without it nobody can tell which keys ${silo.slug} was made with`,
    },
  ];
}

/** What a destruction left, or a silo whose machines were all removed. */
function keylessData({ slug }: Silo, services: readonly ObservedService[]): Reason[] {
  const left = services.filter(
    ({ ownership, volumes }) => ownership.kind === "ours" && volumes.length > 0,
  );
  if (left.length === 0) return [];
  const isOne = left.length === 1;
  return [
    {
      message: `${left.map(({ app }) => app).join(" and ")} ${isOne ? "holds" : "hold"} a volume and no machine, so nothing tells which keys its data was made with`,
      fix: `save the data if it is needed, then remove it with \`silo destroy ${slug} --now --allow-destroy\``,
    },
  ];
}

/** `supabase/postgres:15.1.1.78` → `15`. */
const postgresMajor = (image: string | undefined) => image?.match(/:v?(\d+)\./)?.[1];
