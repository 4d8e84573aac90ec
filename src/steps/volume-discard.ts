/**
 * The spare one of two volumes made by accident: a create whose answer never came, repeated. Only
 * one that was never mounted, and that is as old as the one in use, so that it never held data.
 */

import { areMadeTogether, currentVolume } from "#state/current-volume.ts";
import { currentMachine } from "#state/observed.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";

export const volumeDiscard: StepRule = (situation) =>
  eachService(situation).flatMap(({ wanted, seen }) => {
    const current = currentVolume(situation.silo, seen);
    if (!currentMachine(seen) || !current?.attachedTo || !wanted.volume) return [];
    const firstHealthyAt = situation.record?.firstHealthyAt;
    return seen.volumes
      .filter(
        (volume) =>
          volume.id !== current.id &&
          volume.name === wanted.volume?.name &&
          volume.keptUntil === undefined &&
          volume.region === current.region &&
          volume.attachedTo === undefined &&
          areMadeTogether(volume, current) &&
          (firstHealthyAt === undefined || volume.createdAt < firstHealthyAt),
      )
      .map((volume) =>
        serviceStep(situation, wanted.name, `volume-discard-${volume.id}`, {
          effect: "destroy",
          text: `Delete spare volume ${volume.id} of ${wanted.app}, never mounted`,
          after: [serviceKey(situation.silo.slug, wanted.name, "health-wait")],
          run: ({ fly }) => fly.deleteVolume(wanted.app, volume.id),
        }),
      );
  });
