/** Credentials: who gets them, and new ones. */

import { silos } from "./catalogue-words.ts";
import type { Command } from "./types.ts";

export const keysCommands: readonly Command[] = [
  {
    name: "context",
    operands: "SILO",
    summary: "Connection info, as far as a role may see it in the present phase",
    options: [{ name: "role", value: "ROLE", text: "dev-worker, dev-orchestrator, devops, …" }],
    examples: [{ line: "silo context acme-erp --role dev-worker", text: "URL and anon key" }],
    load: () => import("./context.ts"),
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
  {
    name: "desk-keys",
    operands: silos,
    summary: "Print SILO_DESK_KEYS: what the Service Desk holds in place of the master key",
    details: [
      "One key a silo, derived from the master key. It says nothing of another silo, and nothing of the",
      "same one once it was destroyed and made again, or its master key rotated: print them anew then.",
    ],
    options: [],
    examples: [
      { line: "silo desk-keys acme-erp", text: "one" },
      { line: "silo desk-keys", text: "all that exist; keep it as a secret of the desk alone" },
    ],
    load: () => import("./desk-keys.ts"),
  },
  {
    name: "desk-token",
    operands: "NAME [SILO…]",
    summary: "Make a token for the Service Desk; print it once, and the entry with its hash",
    details: [
      "For people, and for agents that GitHub gives no token. Without a SILO it is for all of them.",
      "What stands in silo.config.yml is the hash, so the file may be read by everybody.",
    ],
    options: [
      { name: "role", value: "ROLE", text: "dev-worker, dev-orchestrator, devops, …" },
      { name: "days", value: "N", text: "how long it is good for (default: 90)" },
    ],
    examples: [
      { line: "silo desk-token alice --role devops", text: "for all silos" },
      { line: "silo desk-token erp-agent acme-erp --role dev-worker --days 30", text: "for one" },
    ],
    load: () => import("./desk-token.ts"),
  },
];
