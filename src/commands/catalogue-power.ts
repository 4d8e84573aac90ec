/** Awake or asleep. */

import { reason, silos } from "./catalogue-words.ts";
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
    summary: "Stop and start, same names and, unless asked otherwise, same keys",
    details: [
      "rotate_on_restart of silo.config.yml, or --rotate-keys, makes it a rotation as well (see",
      "`silo rotate`), of a stopped silo, too: `database` the passwords only, which no frontend",
      "notices, `all` the keys as well. It then follows the spec, as an apply does.",
    ],
    options: [reason, { name: "rotate-keys", text: "new keys and passwords, all of them" }],
    examples: [
      { line: "silo restart acme-erp", text: "stop, then start" },
      { line: "silo restart acme-erp --rotate-keys", text: "with new keys" },
    ],
    load: () => import("./restart.ts"),
  },
  {
    name: "auto-stop",
    operands: silos,
    summary: "Stop the silos that nobody uses, and those that have expired",
    details: [
      "A silo is idle when for auto_stop_minutes no request was answered by Kong or Studio but by 301,",
      "401, 403, 404, 429 or 5xx, nobody but its services used its Postgres, its CPU had little to do and",
      "nobody held it. Each is looked at once more just before it is stopped. Without metrics that are",
      "fresh, nothing is stopped, and a warning says so. Needs no master key; meant for a schedule.",
      "One whose monthly_budget_usd is used up is stopped after 5 idle minutes, never while it is busy.",
      "After its expires_at a silo is stopped, used or not; its volumes get a last snapshot, and one pull",
      "request removes its file. Nothing of it is removed unless people merge that.",
    ],
    options: [{ name: "dry-run", text: "only say what would be stopped, why, and what it saves" }],
    examples: [
      { line: "silo auto-stop --dry-run", text: "in minutes and dollars" },
      { line: "silo auto-stop", text: "every 10 minutes, say" },
    ],
    load: () => import("./auto-stop.ts"),
  },
  {
    name: "hold",
    operands: "SILO TIME",
    summary: "Keep a running silo awake for a time, used or not",
    options: [reason],
    examples: [
      { line: "silo hold acme-erp 2h", text: "a second hold of yours replaces it" },
      { line: 'silo hold acme-erp 1d --reason "nightly import"', text: "a week at most" },
    ],
    load: () => import("./hold.ts"),
  },
  {
    name: "release",
    operands: "SILO…",
    summary: "End your hold",
    options: [{ name: "all", text: "the holds of others too" }],
    examples: [{ line: "silo release acme-erp", text: "it may be stopped when idle" }],
    load: () => import("./release.ts"),
  },
];
