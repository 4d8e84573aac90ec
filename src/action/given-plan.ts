/** The input `plan`, as `--plan` of the command line takes it: a digest, or a file. */

import { Refused } from "#silo/errors.ts";
import type { Inputs } from "./inputs.ts";
import type { Runner } from "./runner.ts";
import { openHandedPlan } from "./sealed-plan.ts";

export async function withPlan(inputs: Inputs, runner: Pick<Runner, "keep">): Promise<Inputs> {
  const { plan: text, values, silos } = inputs;
  if (text === undefined) return inputs;
  if (/^[0-9a-f]{32}$/.test(text)) return { ...inputs, values: { ...values, plan: text } };
  const plan = await openHandedPlan(text);
  if (!plan) {
    throw new Refused("The input plan is no plan", {
      exitCode: 2,
      fix: "hand on the output `plan`, or `plan` of an entry of the output `matrix`",
    });
  }
  const foreign = silos.filter((name) => !plan.some(({ silo }) => silo === name));
  if (foreign.length > 0) {
    throw new Refused(`The plan is not of ${foreign.join(", ")}`, {
      exitCode: 2,
      fix: "a plan names its own silos: leave the input silos out",
    });
  }
  // A plan says which silos it is of, and so which part of them.
  const { shard: _, ...others } = values;
  const file = runner.keep("silo-plan.json", JSON.stringify({ version: 1, silos: plan }));
  return { ...inputs, silos: [], values: { ...others, plan: file } };
}
