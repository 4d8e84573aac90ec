/** What is, and what it costs; nothing is changed, but by `drift --heal`. */

import { silos } from "./catalogue-words.ts";
import type { Command } from "./types.ts";

export const lookCommands: readonly Command[] = [
  {
    name: "status",
    operands: silos,
    summary: "What is now, read from Fly",
    options: [{ name: "watch", text: "again every 5 seconds" }],
    examples: [{ line: "silo status acme-erp --format json", text: "the document" }],
    load: () => import("./status.ts"),
  },
  {
    name: "why",
    operands: "SILO…",
    summary: "One line: why it is up or down",
    options: [{ name: "verbose", text: "each signal of use, with its value" }],
    examples: [{ line: "silo why acme-erp", text: "who stopped it, and when" }],
    load: () => import("./why.ts"),
  },
  {
    name: "doctor",
    operands: silos,
    summary: "Known problems and prerequisites, looked at live, each with its fix",
    details: [
      "One line each: ok, warning, failed, or unknown for what could not be looked at. Tokens, what",
      "they may do and when they end; environments and branch protection on GitHub; whether a public",
      "Postgres refuses a wrong password from outside; sites, keys, silos; tables without row level",
      "security, and whether its mode is the recorded one. It changes nothing, but for",
      "--setup, which makes or mends the manager's environments.",
      "Exit 0 with warnings and what is unknown, 1 when something failed, 4 when that is something",
      "which must not be worked with (an open environment, a wrong master key, an open Postgres).",
    ],
    options: [
      { name: "setup", text: "make and restrict the environments on GitHub first" },
      {
        name: "reviewer",
        value: "LOGIN|ORG/TEAM",
        text: "who approves in silo-approve; several with commas. Those set by people stay",
      },
    ],
    examples: [
      { line: "silo doctor", text: "everything" },
      { line: "silo doctor --setup --reviewer somtech/devops", text: "and the environments" },
    ],
    load: () => import("./doctor.ts"),
  },
  {
    name: "verify",
    operands: silos,
    summary: "Whether receipts are genuine, and the world still as the last run left it",
    details: [
      "Each run leaves a receipt in the status file: what was asked for, the plan, what was changed,",
      "the world before and after, commit and run. It is sealed under a key of the silo, which is",
      "checked where SILO_MASTER_KEY is set; without it the rest is. Reads only.",
      "Exit 0: as recorded; 3: the world moved since, and how; 4: forged or altered.",
    ],
    options: [
      { name: "plan", value: "FILE", text: "that plan is what was carried out, or more than it" },
    ],
    examples: [
      { line: "silo verify", text: "every silo" },
      { line: "silo verify --plan plan.json", text: "what was approved is what was done" },
    ],
    load: () => import("./verify.ts"),
  },
  {
    name: "drift",
    operands: silos,
    summary: "Read everything deeply: what was changed by hand, and since when",
    details: [
      "Exit 3 when there is any. `heal` is what an apply would do about it, `report` needs a person;",
      "which field is which is the `drift` of silo.config.yml. Hosts, volume ids and addresses that",
      "Fly changes by itself are no drift, nor is a spec that was not applied yet. What is handed out on",
      "GitHub is looked at, too; a service that failed two checks in a row makes a silo degraded.",
    ],
    options: [
      { name: "heal", text: "mend what can be mended; a machine is restarted by it" },
      { name: "format", value: "text|json|markdown", text: "markdown: for an issue" },
    ],
    examples: [
      { line: "silo drift", text: "all silos" },
      { line: "silo drift acme-erp --heal", text: "one, and mend it" },
    ],
    load: () => import("./drift.ts"),
  },
  {
    name: "inventory",
    operands: "",
    summary: "All that is ours on Fly and GitHub, with its price: is any of it nobody's?",
    details: [
      "Every stack is in one class: owned = desired + stopped + protected + orphans. Exit 1 when",
      "something bears our mark and fits nowhere. Nothing is ever removed by it.",
    ],
    options: [{ name: "detailed-exitcode", text: "exit 3 when there are orphans or leftovers" }],
    examples: [{ line: "silo inventory", text: "over all organisations of the specs and tokens" }],
    load: () => import("./inventory.ts"),
  },
  {
    name: "snapshots",
    operands: "SILO",
    summary: "What its data can be brought back from, with `silo restore`",
    options: [],
    examples: [{ line: "silo snapshots acme-erp", text: "the newest first" }],
    load: () => import("./snapshots.ts"),
  },
  {
    name: "cost",
    operands: silos,
    summary: "What silos cost a month: always on, 8 hours a day, stopped",
    options: [
      { name: "actual", text: "and with the awake hours of their last 30 days, read from Fly" },
    ],
    examples: [
      { line: "silo cost acme-erp", text: "by its parts, with the sum written out" },
      { line: "silo cost", text: "all, also by client and organisation" },
      { line: "silo cost --actual", text: "what they were really used" },
    ],
    load: () => import("./cost.ts"),
  },
  {
    name: "regions",
    operands: "",
    summary: "Where a silo can be, live from Fly, with relative prices",
    options: [],
    examples: [{ line: "silo regions", text: "the list" }],
    load: () => import("./regions.ts"),
  },
];
