/** What only a step of a workflow can do. */

import type { Command } from "#commands/types.ts";
import type { Step } from "./step.ts";

export const ownCommands = (step: Step): readonly Command[] => [
  {
    name: "prepare",
    operands: "[SILO…]",
    summary: "After a push: what apply is to do, and who has to agree",
    options: [],
    examples: [],
    load: async () => {
      const { prepare } = await import("./prepare.ts");
      return { run: (context) => prepare(step, context) };
    },
  },
];
