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
  {
    name: "publish-status",
    operands: "",
    summary: "After the shards of an apply: one commit of all that they tell",
    options: [],
    examples: [],
    load: async () => {
      const { collectStatus } = await import("./collect-status.ts");
      return { run: (context) => collectStatus(step, context) };
    },
  },
  {
    name: "chat",
    operands: "",
    summary: "Does what a comment asks for, if its author may, and answers it",
    options: [],
    examples: [],
    load: async () => {
      const { chat } = await import("./chat/chat.ts");
      return { run: (context) => chat(step, context) };
    },
  },
];
