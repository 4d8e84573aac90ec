/** Usable, not just started: each API answers through Kong, by its public name, with the anon key. */

import { services } from "#services/index.ts";
import { ApiError } from "#silo/errors.ts";
import { supabaseUrl } from "#silo/names.ts";
import type { Situation } from "#state/situation.ts";
import { eachService, keysOf, type StepRule, servicesWith, siloStep } from "./build-step.ts";
import { unmended } from "./mending.ts";
import type { StepWorld } from "./types.ts";

const timeoutMs = 120_000;
const pollMs = 500;

export const readyWait: StepRule = (situation, soFar) => {
  const due = servicesWith(soFar, "health-wait");
  const { phase, degraded } = situation.record ?? {};
  const isResumed = phase === "provisioning" || degraded !== undefined;
  const isWanted = situation.power.state === "running" && unmended(situation, soFar).length === 0;
  if (!isWanted || (due.length === 0 && !isResumed)) return [];
  return [
    siloStep(situation, "ready-wait", {
      effect: "wait",
      text: `Wait until ${supabaseUrl(situation.silo.slugs)} serves every API`,
      after: keysOf(situation.silo.slug, due, "health-wait"),
      timeoutMs,
      run: (world) => waitReady(world, situation),
    }),
  ];
};

async function waitReady(world: StepWorld, situation: Situation): Promise<void> {
  const base = supabaseUrl(situation.silo.slugs);
  const { anonKey } = await world.credentials();
  const paths = eachService(situation)
    .filter(({ wanted }) => wanted.enabled)
    .flatMap(({ wanted }) => services[wanted.name].ready.map(({ path }) => path));
  const deadline = world.clock.now() + timeoutMs;
  const waitFor = async (path: string) => {
    for (;;) {
      const status = await world.probe(`${base}${path}`, { apikey: anonKey });
      if (status >= 200 && status < 300) return;
      if (world.clock.now() >= deadline)
        throw notReady(situation.silo.slug, `${base}${path}`, status);
      await world.clock.sleep(pollMs, world.signal);
    }
  };
  await Promise.all(paths.map(waitFor));
}

function notReady(slug: string, url: string, status: number): ApiError {
  const answer = status === 0 ? "nothing answers" : `it answers ${status}`;
  return new ApiError(`${answer}; if it stays so, \`silo drift ${slug} --heal\` looks deeper`, {
    provider: "fly",
    operation: `use ${url}`,
    category: "timeout",
    status: status === 0 ? undefined : status,
    ambiguous: false,
  });
}
