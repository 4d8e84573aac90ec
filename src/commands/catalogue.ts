/** Every command, as its help shows it. The code of a command is loaded when it is run. */

import type { Command, Option } from "./types.ts";

const silos = "[SILO…]";

const reason: Option = {
  name: "reason",
  value: "TEXT",
  text: "why; shown by `silo why` and in the status",
};

export const globalOptions: readonly Option[] = [
  { name: "format", value: "text|json", text: "json: one document on standard output" },
  { name: "silos-dir", value: "DIR", text: "where the specs are (default: silos)" },
  { name: "config", value: "FILE", text: "the configuration (default: silo.config.yml)" },
  { name: "quiet", short: "q", text: "no progress, no warnings" },
  { name: "no-color", text: "no colours; also NO_COLOR=1" },
  { name: "help", short: "h", text: "help of a command" },
];

export const commands: readonly Command[] = [
  {
    name: "validate",
    operands: "[PATH…]",
    summary: "Check specs against the schema and each other",
    options: [{ name: "format", value: "text|json|github", text: "github: annotations" }],
    examples: [
      { line: "silo validate", text: "every spec" },
      { line: "silo validate silos/acme-erp.yml", text: "one file" },
    ],
    load: () => import("./validate-command.ts"),
  },
  {
    name: "plan",
    operands: silos,
    summary: "Show what apply would do, and what it would cost; writes nothing",
    options: [
      { name: "out", value: "FILE", text: "also write the plan for `apply --plan`" },
      { name: "format", value: "text|json|markdown", text: "markdown: for a pull request" },
      { name: "detailed-exitcode", text: "exit 3 when there is something to do" },
    ],
    examples: [
      { line: "silo plan acme-erp", text: "one silo" },
      { line: "silo plan --out plan.json", text: "keep it for approval" },
    ],
    load: () => import("./plan.ts"),
  },
  {
    name: "apply",
    operands: silos,
    summary: "Plan and execute",
    details: [
      "An unchanged spec never wakes a silo that somebody stopped. A changed spec is applied to a",
      "stopped silo without starting it. A run that died is continued by the next one.",
    ],
    options: [
      { name: "plan", value: "FILE", text: "that plan, or less of it, or nothing (exit 4)" },
    ],
    examples: [
      { line: "silo apply acme-erp", text: "one silo" },
      { line: "silo apply --plan plan.json", text: "what was approved" },
    ],
    load: () => import("./apply.ts"),
  },
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
  {
    name: "rotate",
    operands: "SILO",
    summary: "New keys and passwords; the old ones stop working",
    details: [
      "A new generation of every credential: keys, signing secret, database and Studio passwords.",
      "Kong is shut meanwhile, so no request meets old and new side by side. A run that died is",
      "continued by the same command; it is refused (exit 4) for a silo that is stopped.",
      "The Netlify site of the spec is built again; any other frontend keeps the key it was built with.",
    ],
    options: [
      { name: "reason", value: "TEXT", text: "why; `leaked` also signs every user of it out" },
    ],
    examples: [
      { line: "silo rotate acme-erp", text: "and hand the new ones out" },
      { line: "silo rotate acme-erp --reason leaked", text: "and end all sessions" },
    ],
    load: () => import("./rotate.ts"),
  },
  {
    name: "rotate-master",
    operands: silos,
    summary: "Move silos from another master key to SILO_MASTER_KEY",
    details: [
      "Set a new key as SILO_MASTER_KEY and the one before as SILO_MASTER_KEY_PREVIOUS. Each silo",
      "whose keys come from that one gets a new generation of them, as by `silo rotate`; others are",
      "left alone. With both set every command works on both kinds. A stopped silo is moved, too,",
      "without starting it: its database gets its new passwords at the next start. A run that died",
      "is continued by the same command.",
      "--lost: the key is gone. Refused (exit 4) where it is not, for more silos than the guards of",
      "silo.config.yml allow, and without --allow-lost. No data is lost by it.",
    ],
    options: [
      { name: "lost", text: "the other key is gone, so it cannot be asked for" },
      { name: "allow-lost", text: "say that the old keys may go" },
      { name: "reason", value: "TEXT", text: "why; `leaked` also signs every user of them out" },
    ],
    examples: [
      { line: "silo rotate-master", text: "every silo" },
      { line: "silo rotate-master acme-erp --reason leaked", text: "and end all sessions" },
      { line: "silo rotate-master acme-erp --lost --allow-lost", text: "without the old key" },
    ],
    load: () => import("./rotate-master.ts"),
  },
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
    options: [],
    examples: [{ line: "silo why acme-erp", text: "who stopped it, and when" }],
    load: () => import("./why.ts"),
  },
  {
    name: "destroy",
    operands: "SILO",
    summary: "Remove a silo; a snapshot first, its volumes kept some days",
    details: [
      "Refused (exit 4) while prevent_destroy is true in the live state, for more silos than the",
      "guards of silo.config.yml allow, and without --allow-destroy.",
    ],
    options: [
      { name: "allow-destroy", text: "say that data may go" },
      { name: "now", text: "no days of grace: the volumes go at once" },
    ],
    examples: [
      { line: "silo destroy acme-erp --allow-destroy", text: "after prevent_destroy: false" },
    ],
    load: () => import("./destroy.ts"),
  },
  {
    name: "context",
    operands: "SILO",
    summary: "Connection info, as far as a role may see it in the present phase",
    options: [{ name: "role", value: "ROLE", text: "dev-worker, dev-orchestrator, devops, …" }],
    examples: [{ line: "silo context acme-erp --role dev-worker", text: "URL and anon key" }],
    load: () => import("./context.ts"),
  },
  {
    name: "psql",
    operands: "SILO",
    summary: "Run SQL in the silo's Postgres, through its machine",
    options: [
      { name: "command", short: "c", value: "SQL", text: "the statements" },
      { name: "user", value: "ROLE", text: "database role (default: postgres)" },
    ],
    examples: [
      { line: 'silo psql acme-erp -c "select count(*) from auth.users"', text: "one query" },
    ],
    load: () => import("./psql.ts"),
  },
  {
    name: "render",
    operands: "SILO",
    summary: "Write fly.toml of each service and kong.yml; without secrets",
    options: [{ name: "out", value: "DIR", text: "where to (default: print)" }],
    examples: [{ line: "silo render acme-erp --out rendered", text: "a folder per app" }],
    load: () => import("./render-command.ts"),
  },
  {
    name: "cost",
    operands: silos,
    summary: "What silos cost a month: always on, 8 hours a day, stopped",
    options: [],
    examples: [
      { line: "silo cost acme-erp", text: "by its parts, with the sum written out" },
      { line: "silo cost", text: "all, also by client and organisation" },
    ],
    load: () => import("./cost.ts"),
  },
  {
    name: "drift",
    operands: silos,
    summary: "Read everything deeply: what was changed by hand, and since when",
    details: [
      "Exit 3 when there is any. `heal` is what an apply would do about it, `report` needs a person;",
      "which field is which is the `drift` of silo.config.yml. Hosts, volume ids and addresses that",
      "Fly changes by itself are no drift, nor is a spec that was not applied yet.",
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
    name: "regions",
    operands: "",
    summary: "Where a silo can be, live from Fly, with relative prices",
    options: [],
    examples: [{ line: "silo regions", text: "the list" }],
    load: () => import("./regions.ts"),
  },
  {
    name: "schema",
    operands: "NAME",
    summary: "Print a schema: silo, silo.config, status or context",
    options: [],
    examples: [{ line: "silo schema silo > silo.schema.json", text: "for an editor" }],
    load: () => import("./schema.ts"),
  },
  {
    name: "new-master-key",
    operands: "",
    summary: "Print a fresh SILO_MASTER_KEY",
    options: [],
    examples: [
      {
        line: "silo new-master-key | gh secret set SILO_MASTER_KEY --env silo-manager",
        text: "keep it",
      },
    ],
    load: () => import("./new-master-key.ts"),
  },
];
