/** From a spec to a silo, and away again. */

import { silos } from "./catalogue-words.ts";
import type { Command, Option } from "./types.ts";

const shard: Option = {
  name: "shard",
  value: "I/N",
  text: "only the silos of the I-th of N parts; a silo is always in the same one",
};

const approvedPlan: Option = {
  name: "plan",
  value: "FILE",
  text: "that plan, or less of it, or nothing (exit 4); a digest: exactly that one",
};

export const changeCommands: readonly Command[] = [
  {
    name: "new",
    operands: "CLIENT APP",
    summary: "Write a spec to begin with, with comments; never over a file",
    options: [
      { name: "org", value: "ORG", text: "Fly organisation (default: that of all other specs)" },
      { name: "region", value: "CODE", text: "three letters, of `silo regions`" },
      { name: "owner", value: "WHO", text: "who is told, as @org/team" },
    ],
    examples: [{ line: "silo new acme crm --org acme-erp", text: "silos/acme-crm.yml" }],
    load: () => import("./new.ts"),
  },
  {
    name: "import",
    operands: "CLIENT APP",
    summary: "Take over apps that were made by hand; shows what, and by --adopt marks them",
    details: [
      "Reads devenv-CLIENT-APP-* deeply and says of each service whether it can become the silo's as it",
      "is, and what to do where it cannot (exit 4). Shows the spec that describes them where there is none,",
      "the marks, and what an apply after them would change. Without an option nothing is written.",
      "With --adopt the spec and the marks are written, under the lock: metadata of machines and nothing",
      "else, so that nothing restarts. Run again after a crash, it goes on. docs/import.md has the recipes.",
    ],
    options: [
      { name: "adopt", text: "write the marks, and the spec where there is none" },
      { name: "write-spec", text: "write only the spec, to be looked at and merged first" },
      {
        name: "org",
        value: "ORG",
        text: "Fly organisation of a spec to be (default: where they are)",
      },
    ],
    examples: [
      { line: "silo import acme erp", text: "what is there, and what would be done" },
      { line: "silo import acme erp --adopt", text: "then `silo plan acme-erp`" },
    ],
    load: () => import("./import.ts"),
  },
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
      shard,
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
      "Silos that are named are looked at more closely than a whole fleet: the checks of their",
      "services, and all they have handed out on GitHub. What is down is started again.",
    ],
    options: [approvedPlan, shard],
    examples: [
      { line: "silo apply acme-erp", text: "one silo" },
      { line: "silo apply --plan plan.json", text: "what was approved" },
    ],
    load: () => import("./apply.ts"),
  },
  {
    name: "move",
    operands: "SILO REGION",
    summary: "Write another region into the spec; the plan of it moves the silo with its data",
    details: [
      "Only fly_region in the file is changed; comments and layout stay. The apply that follows stops",
      "the silo, takes snapshots, copies its volumes, counts what the copy of the database holds, and",
      "only then switches: same names, addresses and keys. A run that died or failed is continued by",
      "the next apply, or taken back by setting fly_region back; until the switch `silo start` starts",
      "it where it was. The volumes that were left are kept destroy_grace_days, and then deleted by an",
      "apply.",
    ],
    options: [],
    examples: [{ line: "silo move acme-erp ams", text: "then `silo plan acme-erp`" }],
    load: () => import("./move.ts"),
  },
  {
    name: "restore",
    operands: "SILO",
    summary: "Bring data back from a snapshot; what is there is kept some days",
    details: [
      "The silo is stopped, a snapshot of what it holds now is taken, a new volume is made from the",
      "one that is named and takes over; the other is kept destroy_grace_days, then deleted by an",
      "apply. Database passwords are set to those in force, sessions ended, new migrations applied,",
      "all before Kong opens. A run that died is continued by the same command, or by an apply.",
      "After a destruction `silo apply` brings the silo back first. Needs --allow-destroy, or --plan.",
    ],
    options: [
      { name: "snapshot", value: "ID", text: "which; `silo snapshots SILO` lists them" },
      { name: "allow-destroy", text: "say that what it holds now may be replaced" },
      { name: "dry-run", text: "show the plan, and change nothing" },
      approvedPlan,
    ],
    examples: [
      {
        line: "silo restore acme-erp --snapshot vs_123 --allow-destroy",
        text: "replace what is there",
      },
    ],
    load: () => import("./restore.ts"),
  },
  {
    name: "end-rls",
    operands: silos,
    summary: "Bring production row level security back where rls_until is over",
    details: [
      "An apply and a start do the same; this needs no master key, so that a schedule can do it.",
      "Sign-up stays off until the next apply.",
    ],
    options: [],
    examples: [{ line: "silo end-rls", text: "every silo" }],
    load: () => import("./end-rls.ts"),
  },
  {
    name: "destroy",
    operands: "SILO",
    summary: "Remove a silo; a snapshot first, its volumes kept some days",
    details: [
      "Refused (exit 4) while prevent_destroy is true in the live state, for more silos than the",
      "guards of silo.config.yml allow, and without --allow-destroy.",
      "With --expired it removes what destructions have left, once destroy_grace_days are over: of silos",
      "whose file is gone, by the mark on their machines; each app is looked at again before it goes.",
    ],
    options: [
      { name: "allow-destroy", text: "say that data may go" },
      { name: "dry-run", text: "show the plan, and change nothing" },
      approvedPlan,
      { name: "now", text: "no days of grace: the volumes go at once" },
      { name: "expired", text: "what is left of silos destroyed earlier; all, or those named" },
    ],
    examples: [
      { line: "silo destroy acme-erp --allow-destroy", text: "after prevent_destroy: false" },
      { line: "silo destroy --expired --allow-destroy", text: "every night, say" },
    ],
    load: () => import("./destroy.ts"),
  },
];
