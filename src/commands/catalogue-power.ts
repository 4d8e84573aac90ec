/** Awake or asleep. */

import { reason } from "./catalogue-words.ts";
import type { Command } from "./types.ts";

export const powerCommands: readonly Command[] = [
  {
    name: "start",
    operands: "SILO…",
    summary: "Start a stopped silo; waits until it is usable",
    options: [reason, { name: "wait", text: "accepted for clarity: start always waits" }],
    examples: [{ line: 'silo start acme-erp --reason "demo at 10"', text: "and say why" }],
    load: () => import("./start.ts"),
  },
  {
    name: "stop",
    operands: "SILO…",
    summary: "Stop a silo; volumes, addresses and keys are kept",
    options: [reason],
    examples: [{ line: "silo stop acme-erp", text: "no request wakes it" }],
    load: () => import("./stop.ts"),
  },
  {
    name: "restart",
    operands: "SILO…",
    summary: "Stop and start, same names and keys",
    options: [reason],
    examples: [{ line: "silo restart acme-erp", text: "stop, then start" }],
    load: () => import("./restart.ts"),
  },
];
