/** App secrets, all of an app in one call. Values are derived, so writing them again is harmless. */

import { services } from "#services/index.ts";
import { keys } from "#silo/record.ts";
import type { DesiredService } from "#state/desire.ts";
import { currentMachine, type ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, type StepRule, serviceKey, serviceStep } from "./build-step.ts";
import { appendedKey } from "./generation-append.ts";
import type { StepWorld } from "./types.ts";

export const secretsSet: StepRule = (situation) =>
  eachService(situation)
    .filter(({ wanted, seen }) => wanted.enabled && isDue(wanted, seen))
    .map(({ wanted, seen }) => {
      const surplus = (seen.secretNames ?? []).filter((name) => !wanted.secretNames.includes(name));
      return serviceStep(situation, wanted.name, "secrets-set", {
        effect: "update",
        text: `Set ${wanted.secretNames.length} secret${wanted.secretNames.length === 1 ? "" : "s"} of ${wanted.app}${
          surplus.length > 0 ? `, unset ${surplus.join(", ")}` : ""
        }`,
        after: [
          serviceKey(situation.silo.slug, wanted.name, "app-create"),
          appendedKey(situation.silo.slug),
        ],
        run: (world) => setSecrets(world, situation, wanted, surplus),
      });
    });

function isDue(wanted: DesiredService, seen: ObservedService): boolean {
  const machine = currentMachine(seen);
  const names = [...wanted.secretNames].sort().join();
  // A shallow look says nothing about secrets but what the machine carries.
  const seenNames = seen.secretNames?.join() ?? names;
  return machine?.metadata[keys.secretsDigest] !== wanted.secretsDigest || seenNames !== names;
}

async function setSecrets(
  world: StepWorld,
  { silo }: Situation,
  wanted: DesiredService,
  surplus: readonly string[],
): Promise<void> {
  const credentials = await world.credentials();
  const values = services[wanted.name].secrets(silo, credentials, world.extraSecrets(wanted.name));
  const unset = Object.fromEntries(surplus.map((name) => [name, null]));
  const { version } = await world.fly.setSecrets(wanted.app, { ...unset, ...values });
  world.facts.secretsVersions.set(wanted.name, version);
}
