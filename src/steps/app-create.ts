/** The app of each service, on the silo's own network. The name is global, so Fly settles races. */

import { isApiError, Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import type { DesiredService } from "#state/desire.ts";
import { eachService, type StepRule, serviceStep } from "./build-step.ts";
import type { StepWorld } from "./types.ts";

export const appCreate: StepRule = (situation) =>
  eachService(situation)
    .filter(({ wanted, seen }) => wanted.enabled && seen.ownership.kind === "absent")
    .map(({ wanted }) =>
      serviceStep(situation, wanted.name, "app-create", {
        effect: "create",
        text: `Create app ${wanted.app} on network ${wanted.network}`,
        stage: wanted.name === "kong" ? "identity" : "main",
        run: (world) => ensureApp(world, situation.silo, wanted),
      }),
    );

async function ensureApp(world: StepWorld, silo: Silo, wanted: DesiredService): Promise<void> {
  const { fly, facts } = world;
  const org = silo.spec.devenv.fly_org;
  try {
    await fly.createApp({ name: wanted.app, org, network: wanted.network });
    facts.newApps.add(wanted.app);
  } catch (error) {
    const mayExist =
      isApiError(error, "name_taken") || (isApiError(error) && error.facts.ambiguous);
    if (!mayExist) throw error;
    const found = await fly.getApp(wanted.app);
    if (found.kind === "absent") throw error;
    const network = found.kind === "found" ? found.app.network : undefined;
    if (found.kind === "foreign" || (network !== undefined && network !== wanted.network)) {
      throw new Refused(`The app name ${wanted.app} is taken by somebody else`, {
        exitCode: 4,
        fix: "choose other slugs; app names are one namespace over all of Fly",
      });
    }
  }
}
