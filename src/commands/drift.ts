/** `silo drift`: a deep read of everything, and what of it is not as the specs say. */

import { driftOf, type SiloDrift } from "#engine/drift.ts";
import { planSilo } from "#engine/plan.ts";
import { driftJson, driftMarkdown, driftText } from "#render/drift.ts";
import { styleOf } from "#render/style.ts";
import { plainText } from "#silo/plain-text.ts";
import { observeDeep } from "#state/observe.ts";
import { inTurns } from "./in-turns.ts";
import { lookAtGitHub } from "./look-at-github.ts";
import { lookAtNetlify } from "./look-at-netlify.ts";
import { lookFurther, secondLook } from "./look-further.ts";
import { ownerOf } from "./owner.ts";
import { runSilos } from "./run-silos.ts";
import { readSpecs } from "./specs.ts";
import type { ExitCode, RunCommand } from "./types.ts";

const intent = { kind: "apply" } as const;

/** Silos read at once; each is some thirty calls. */
const silosAtOnce = 10;

export const run: RunCommand = async (context): Promise<ExitCode> => {
  const { options, output, clock } = context;
  const specs = readSpecs(context);
  const connection = await context.connectFly();
  const reads = [lookAtGitHub(context), lookAtNetlify(context)];
  const further = { ...secondLook(context, connection.reads), reads };
  const seen = await inTurns(specs.selected, silosAtOnce, async (silo) => {
    const owner = ownerOf(silo, specs);
    const once = await observeDeep(owner, connection.reads);
    const observed = await lookFurther(owner, once, further, true);
    const now = clock.now();
    const look = { observed, plan: planSilo(owner, intent, observed, now) };
    return { look, drift: driftOf(owner, look, now) };
  });
  if (!options.quiet)
    for (const note of reads.flatMap((read) => read.notes()))
      output.note(`note: ${plainText(note)}\n`);
  const drifts = seen.map(({ drift }) => drift);
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
  const healable = seen.filter(({ drift }) => isHealable(drift)).map(({ look }) => look);
  const exitCode = await runSilos(context, specs, intent, healable, connection);
  return exitCode === 0 && drifts.some(isSomethingLeft) ? 3 : exitCode;
};

const isSomethingLeft = (drift: SiloDrift): boolean =>
  drift.items.some(({ policy }) => policy === "report" || !isHealable(drift));

/** A spec that was merged and not applied yet waits for its own apply, with its own approval. */
const isHealable = (drift: SiloDrift): boolean =>
  drift.notApplied.length === 0 && drift.items.some(({ policy }) => policy === "heal");
