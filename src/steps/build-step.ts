/** Keys and defaults of steps, so that a rule says only what is special about its own. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import type { DesiredService } from "#state/desire.ts";
import type { ObservedService } from "#state/observed.ts";
import type { Situation } from "#state/situation.ts";
import type { Step } from "./types.ts";

/** `soFar` holds the steps of the rules before it in the list. */
export type StepRule = (situation: Situation, soFar: readonly Step[]) => readonly Step[];

const defaultTimeoutMs = 120_000;

type StepParts = Pick<Step, "effect" | "text" | "run"> &
  Partial<Pick<Step, "after" | "afterEnd" | "changes" | "needsApproval" | "stage" | "timeoutMs">>;

export function serviceStep(
  { silo }: Situation,
  service: ServiceName,
  kind: string,
  parts: StepParts,
): Step {
  return build({ silo: silo.slug, service, kind }, serviceKey(silo.slug, service, kind), parts);
}

export function siloStep({ silo }: Situation, kind: string, parts: StepParts): Step {
  return build({ silo: silo.slug, service: undefined, kind }, `${silo.slug}/${kind}`, parts);
}

export const serviceKey = (slug: string, service: ServiceName, kind: string): string =>
  `${slug}/${service}/${kind}`;

/** Steps of other services that must be done first. */
export const keysOf = (slug: string, services: readonly ServiceName[], kind: string) =>
  services.map((service) => serviceKey(slug, service, kind));

/** Services that have a step of one of the kinds. */
export function servicesWith(steps: readonly Step[], ...kinds: readonly string[]): ServiceName[] {
  const found = steps.filter(({ kind }) => kinds.includes(kind));
  return [...new Set(found.flatMap(({ service }) => service ?? []))];
}

/** Every service, also one that is switched off, with what is wanted and what is there. */
export function eachService(
  situation: Situation,
): readonly { readonly wanted: DesiredService; readonly seen: ObservedService }[] {
  return serviceNames.map((name) => ({
    wanted: situation.desired[name],
    seen: situation.observed.services[name],
  }));
}

function build(
  identity: Pick<Step, "silo" | "service" | "kind">,
  key: string,
  parts: StepParts,
): Step {
  return {
    ...identity,
    key,
    after: [],
    afterEnd: [],
    changes: [],
    stage: "main",
    timeoutMs: defaultTimeoutMs,
    ...parts,
  };
}
