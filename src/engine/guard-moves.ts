/** When a silo cannot be taken to another region or back to a snapshot, or not now. */

import { currentMachine } from "#state/observed.ts";
import { mountsKept } from "#state/restoring.ts";
import { isConverging } from "#state/rotation.ts";
import type { Situation } from "#state/situation.ts";
import { eachService } from "#steps/build-step.ts";

interface Reason {
  readonly message: string;
  readonly fix: string;
}

export function moveRefusals(situation: Situation): Reason[] {
  const { intent, silo, record, observed, moving } = situation;
  const { home } = observed;
  const { slug, file } = silo;
  if (!record || home === undefined || !isConverging(intent, record)) return [];
  const isAsked = home !== silo.region;
  const isUnderWay = record.move !== undefined || record.movedFrom !== undefined;
  if (intent.kind !== "apply" && (isAsked || isUnderWay)) {
    return [
      {
        message: isUnderWay
          ? `A move of ${slug} is not finished`
          : `${slug} is in ${home}, the spec says ${silo.region}`,
        fix: `run \`silo apply ${slug}\` first, which moves it; or set fly_region back to ${home} in ${file}`,
      },
    ];
  }
  if (!moving) return [];
  const back = `or set fly_region back to ${moving.from} in ${file}`;
  const cannot = (why: string, fix: string): Reason => ({
    message: `${slug} is in ${moving.from} and cannot be moved to ${moving.to}: ${why}`,
    fix,
  });
  const missing = eachService(situation).filter(
    ({ wanted, seen }) => wanted.enabled && !currentMachine(seen),
  );
  if (missing.length > 0) {
    const apps = missing.map(({ wanted }) => wanted.app).join(", ");
    return [cannot(`${apps} missing`, `set fly_region to ${moving.from}, apply it, then move it`)];
  }
  if (record.firstHealthyAt === undefined) {
    return [
      cannot(
        "it has never been healthy, so there is nothing to move",
        `destroy it and apply it again, ${back}`,
      ),
    ];
  }
  if (record.rotation) {
    return [
      cannot(
        "a rotation is not finished",
        `run \`silo ${record.power.desired === "stopped" ? "start" : "rotate"} ${slug}\` first, ${back}`,
      ),
    ];
  }
  return [];
}

/** Half of a restore is never started: its machine is on the data that was replaced. */
export function restoreRefusals(situation: Situation): Reason[] {
  const { intent, silo, record, observed } = situation;
  const { slug } = silo;
  const isPower = intent.kind === "start" || intent.kind === "restart";
  if (isPower && Object.values(observed.services).some(mountsKept)) {
    return [
      { message: `A restore of ${slug} is not finished`, fix: `run \`silo apply ${slug}\` first` },
    ];
  }
  if (intent.kind !== "restore") return [];
  const refuse = (message: string, fix: string): Reason[] => [{ message, fix }];
  const missing = eachService(situation).filter(
    ({ wanted, seen }) => wanted.enabled && !currentMachine(seen),
  );
  const isUnderWay = record?.restore?.isSwitched && record.restore.snapshot === intent.snapshot;
  if ((missing.length > 0 && !isUnderWay) || !record) {
    return refuse(
      `${slug} is not complete: ${missing.map(({ wanted }) => wanted.app).join(", ")} missing`,
      `run \`silo apply ${slug}\` first; after a destruction it brings back what is kept`,
    );
  }
  if (record.rotation) {
    return refuse(
      `A rotation of ${slug} is not finished`,
      `run \`silo ${record.power.desired === "stopped" ? "start" : "rotate"} ${slug}\` first`,
    );
  }
  return [];
}
