/**
 * Bounds on the wall time of a run, from its plan and the latency model. In milliseconds.
 *
 *     one silo       = before + identity + lock + look + longest path of the other steps + unlock
 *     restart        = before + look + lock + look + longest path of all steps + unlock
 *     silos in one   = the same as of one, where every app has its own limit;
 *                      before + max over apps (turn + tail) where the organisation has one
 *
 * `turn` is when the k-th app can be created at the earliest (three at once, then one a second),
 * `tail` the longest path from the creation of that app to the end of its silo. The best order is
 * the longest tail first: exchanging two neighbours that are not so ordered never helps.
 */

import type { LatencyModel } from "#emulators/fly/latency.ts";
import { startOrder } from "#services/index.ts";
import {
  endOfAll,
  type PathOptions,
  type PathStep,
  type Span,
  timeSteps,
} from "./critical-path.ts";

export interface BoundOf extends PathOptions {
  readonly steps: readonly PathStep[];
}

/**
 * Reads that nothing can do without: the lists of the organisation, side by side, tell what is
 * there; an app that does not seem to be there, or a machine that is about to be stopped, is read
 * once more, since lists lag.
 */
function beforeMs(model: LatencyModel): number {
  const lists = ["apps-list", "org-machines", "org-volumes", "regions"].map(model.callMs);
  return Math.max(...lists) + Math.max(model.callMs("app-get"), model.callMs("machine-get"));
}

/** The lock is taken, and the world looked at once more under it. */
function lockedMs(model: LatencyModel): number {
  return model.callMs("lease-acquire") + model.callMs("machine-get");
}

export interface Bound {
  readonly ms: number;
  /** When each step could start and end at the earliest, from the start of the run. */
  readonly spans: ReadonlyMap<string, Span>;
}

export function boundOfOne(of: BoundOf): Bound {
  const { identity, main } = stagesOf(of.steps);
  const startMs = beforeMs(of.model);
  const first = timeSteps(identity, of, () => startMs);
  const identityMs = identity.length > 0 ? endOfAll(first) : startMs;
  const mainMs = identityMs + lockedMs(of.model);
  const spans = timeSteps([...identity, ...main], of, ({ stage }) =>
    stage === "identity" ? startMs : mainMs,
  );
  return { ms: endOfAll(spans) + of.model.callMs("lease-release"), spans };
}

/** `silos` copies of one plan, one bucket for the creation of all their apps. */
export function boundUnderOrgLimit(of: BoundOf, silos: number): number {
  const tails = of.steps
    .filter(({ kind }) => kind === "app-create")
    .flatMap((step) => Array.from({ length: silos }, () => tailMs(of, step)))
    .sort((a, b) => b - a);
  return beforeMs(of.model) + Math.max(...tails.map((tail, index) => turnMs(index) + tail));
}

/** From the creation of this app, with everything that does not follow from it done before. */
function tailMs(of: BoundOf, app: PathStep): number {
  if (app.stage === "identity") return boundOfOne(of).ms - beforeMs(of.model);
  const { main } = stagesOf(of.steps);
  const spans = timeSteps(main, of, ({ key }) => (key === app.key ? 0 : Number.NEGATIVE_INFINITY));
  return endOfAll(spans) + of.model.callMs("lease-release");
}

const burst = 3;
const everyMs = 1_000;

const turnMs = (index: number) => Math.max(0, index - burst + 1) * everyMs;

/** The order of the seed: one service after the other, one step after the other. */
export function serialMs({ steps, ...options }: BoundOf): number {
  const rank = ({ service }: PathStep) => (service ? startOrder.indexOf(service) : 0);
  const inOrder = [...steps].sort((a, b) => rank(a) - rank(b));
  const chained = inOrder.map((step, index) => ({
    ...step,
    after: inOrder.slice(Math.max(0, index - 1), index).map(({ key }) => key),
  }));
  return endOfAll(timeSteps(chained, options));
}

function stagesOf(steps: readonly PathStep[]) {
  return {
    identity: steps.filter(({ stage }) => stage === "identity"),
    main: steps.filter(({ stage }) => stage === "main"),
  };
}
