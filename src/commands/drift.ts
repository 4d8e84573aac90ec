/** `silo drift`: a deep read of everything, and what of it is not as the specs say. */

import { driftOf, type SiloDrift } from "#engine/drift.ts";
import { planSilo } from "#engine/plan.ts";
import type { Look } from "#engine/run-silo.ts";
import { driftJson, driftMarkdown, driftText } from "#render/drift.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import { observeDeep } from "#state/observe.ts";
import { lookAtGitHub } from "./look-at-github.ts";
import { lookFurther, secondLook } from "./look-further.ts";
import { ownerOf } from "./owner.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { ExitCode, RunCommand, Specs } from "./types.ts";

const intent = { kind: "apply" } as const;

/** Silos read at once; each is some thirty calls. */
const silosAtOnce = 10;

export const run: RunCommand = async (context): Promise<ExitCode> => {
  const { options, output, clock } = context;
  const specs = readSpecs(context);
  const connection = await context.connectFly();
  const standing = lookAtGitHub(context);
  const further = { ...secondLook(context, connection.reads), standing };
  const looks: Look[] = new Array(specs.selected.length);
  const queue = [...specs.selected.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, silo] = next;
      const owner = ownerOf(silo, specs);
      const once = await observeDeep(owner, connection.reads);
      const observed = await lookFurther(owner, once, further, true);
      looks[index] = { observed, plan: planSilo(owner, intent, observed, clock.now()) };
    }
  };
  await Promise.all(Array.from({ length: silosAtOnce }, worker));
  if (!options.quiet)
    for (const note of standing.notes()) output.note(`note: ${plainText(note)}\n`);
  const drifts = looks.map((look, index) => driftOfSilo(specs, look, index, clock.now()));
  context.tell?.({ kind: "drift", drifts });
  const asText = () => driftText(drifts, clock.now(), styleOf(output.color));
  const render = { json: driftJson, markdown: driftMarkdown, github: driftMarkdown, text: asText };
  const text = render[options.format](drifts);
  if (!options.has("heal")) {
    output.write(text);
    return drifts.some(({ items }) => items.length > 0) ? 3 : 0;
  }
  // One document on standard output: that of the run.
  if (options.format === "text" && !options.quiet) output.note(text);
  const healable = looks.filter((_look, index) => isHealable(drifts[index]));
  const exitCode = await runSilos(context, specs, intent, healable, connection);
  return exitCode === 0 && drifts.some(isSomethingLeft) ? 3 : exitCode;
};

function driftOfSilo(specs: Specs, look: Look, index: number, now: number): SiloDrift {
  const silo = specs.selected[index];
  if (!silo) throw new Error("A look without its silo");
  return driftOf(ownerOf(silo, specs), look, now);
}

const isSomethingLeft = (drift: SiloDrift): boolean =>
  drift.items.some(({ policy }) => policy === "report" || !isHealable(drift));

/** A spec that was merged and not applied yet waits for its own apply, with its own approval. */
const isHealable = (drift: SiloDrift | undefined): boolean =>
  drift !== undefined &&
  drift.notApplied.length === 0 &&
  drift.items.some(({ policy }) => policy === "heal");
