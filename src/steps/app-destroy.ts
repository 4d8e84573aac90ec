/**
 * Removing apps, and seeing that they are gone. The kong app goes last: its record and its lock are
 * what a run that died in the middle is continued by. With days of grace the apps that hold volumes
 * stay, stopped, marked with the day after which they may go.
 */

import { ApiError } from "#silo/errors.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { isKept } from "./keep-until.ts";
import type { Step, StepWorld } from "./types.ts";

const timeoutMs = 120_000;
const pollMs = 1_000;

export const appDestroy: StepRule = (situation, soFar) => {
  const { intent } = situation;
  const present = eachService(situation).filter(({ seen }) => seen.ownership.kind === "ours");
  if (intent.kind !== "destroy") {
    // A service switched off in the spec has no data: only Studio can be.
    return present
      .filter(({ wanted }) => !wanted.enabled)
      .map(({ wanted }) => destroyStep(situation, wanted.name, []));
  }
  const gone = present.filter(({ seen }) => !isKept(situation, seen));
  const others = gone
    .filter(({ wanted }) => wanted.name !== "kong")
    .map(({ wanted }) => destroyStep(situation, wanted.name, []));
  const before = [...soFar, ...others].map(({ key }) => key);
  const last = gone
    .filter(({ wanted }) => wanted.name === "kong")
    .map(({ wanted }) => destroyStep(situation, wanted.name, before));
  return [...others, ...last];
};

function destroyStep(
  situation: Situation,
  service: Step["service"] & string,
  after: readonly string[],
): Step {
  const { app } = situation.desired[service];
  const volumes = situation.observed.services[service].volumes.length;
  return serviceStep(situation, service, "app-destroy", {
    effect: "destroy",
    text: `Destroy app ${app}${volumes > 0 ? " WITH ITS VOLUME AND DATA" : ""}`,
    after: [
      `${situation.silo.slug}/record-open`,
      serviceKey(situation.silo.slug, service, "machine-stop"),
      ...after,
    ],
    timeoutMs,
    run: (world) => destroyApp(world, app),
  });
}

export async function destroyApp(
  { fly, clock, signal }: Pick<StepWorld, "fly" | "clock" | "signal">,
  app: string,
): Promise<void> {
  await fly.deleteApp(app);
  const deadline = clock.now() + timeoutMs;
  while (clock.now() < deadline) {
    if ((await fly.getApp(app)).kind === "absent") return;
    await clock.sleep(pollMs, signal);
  }
  throw new ApiError("it is still there after the delete", {
    provider: "fly",
    operation: `destroy app ${app}`,
    category: "timeout",
    ambiguous: false,
  });
}
