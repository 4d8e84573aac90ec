/** Runs of the real commands in virtual time, and what their plans say about how long they may take. */

import { createFlyClient } from "#clients/fly/client.ts";
import { makePlan } from "#commands/make-plan.ts";
import { flyLatency } from "#emulators/fly/latency.ts";
import { Secret } from "#silo/secret.ts";
import { loadSilos } from "#spec/load-silos.ts";
import { desire } from "#state/desire.ts";
import type { Intent } from "#state/situation.ts";
import { aCloud, type Cloud } from "../../test/support/a-cloud.ts";
import { specText } from "../../test/support/spec-text.ts";
import type { BoundOf } from "./bounds.ts";

export interface Measured {
  readonly ms: number;
  readonly calls: number;
  readonly throttled: number;
  readonly silos: readonly MeasuredSilo[];
  /** Of any one silo of the run: they are alike. */
  readonly of: BoundOf;
}

export interface MeasuredSilo {
  readonly silo: string;
  readonly steps: readonly MeasuredStep[];
}

/** From the start of the run. */
export interface MeasuredStep {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
}

export function emptyCloud(silos: number, appCreateLimit: "app" | "org"): Cloud {
  const names = Array.from({ length: silos }, (_, index) => `app${index}`);
  const files = Object.fromEntries(
    names.map((app) => [`silos/acme-${app}.yml`, specText({ client: "acme", app, org: "acme" })]),
  );
  return aCloud({ files, latency: "fly", limits: "documented", appCreateLimit });
}

/** Everything settles, and every bucket fills up again. */
const restMs = 300_000;

export async function measure(
  cloud: Cloud,
  line: string,
  plan: { readonly intent: Intent; readonly isFirstBoot: boolean },
): Promise<Measured> {
  const of = await boundOf(cloud, plan);
  await cloud.clock.sleep(restMs);
  const startedAt = cloud.clock.now();
  const { exitCode, stdout, stderr, calls, ms } = await cloud.run(`${line} --format json`);
  if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}: ${stdout}${stderr}`);
  const { silos } = JSON.parse(stdout) as { silos: readonly RunJson[] };
  return {
    ms,
    calls: calls.length,
    throttled: calls.filter(({ status }) => status === 429).length,
    silos: silos.map(({ silo, steps }) => ({
      silo,
      steps: steps.map((step) => {
        const startMs = Date.parse(step.started_at) - startedAt;
        return { key: step.key, startMs, endMs: startMs + step.ms };
      }),
    })),
    of,
  };
}

/** As `--format json` prints it. */
interface RunJson {
  readonly silo: string;
  readonly steps: readonly {
    readonly key: string;
    readonly started_at: string;
    readonly ms: number;
  }[];
}

async function boundOf(
  { fly: { fetch }, clock, files }: Cloud,
  { intent, isFirstBoot }: { readonly intent: Intent; readonly isFirstBoot: boolean },
): Promise<BoundOf> {
  const random = { bytes: (length: number) => new Uint8Array(length) };
  const fly = createFlyClient({ fetch, clock, random, tokens: [new Secret("local")] });
  const { silos, config } = loadSilos(files, {
    silosDir: "silos",
    configFile: "silo.config.yml",
    now: clock.now(),
  });
  const [silo] = silos;
  const specs = {
    silos,
    selected: silos.slice(0, 1),
    isComplete: true,
    config,
    repository: undefined,
    hasNetlify: false,
    secretEnv: () => ({}),
  };
  const { plan } = await makePlan(specs, intent, {
    fly,
    clock,
  });
  const [siloPlan] = plan.silos;
  if (!silo || !siloPlan) throw new Error("There is no silo to plan");
  return { steps: siloPlan.steps, desired: desire(silo, 1), model: flyLatency, isFirstBoot };
}
