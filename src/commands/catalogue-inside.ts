/** What a silo is made of, and what is in it. */

import type { Command } from "./types.ts";

export const insideCommands: readonly Command[] = [
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
    name: "logs",
    operands: "SILO SERVICE",
    summary: "What a service has written; what looks like a credential is masked",
    details: ["SERVICE is postgres, postgrest, gotrue, kong, storage or studio."],
    options: [{ name: "follow", short: "f", text: "go on until it is interrupted" }],
    examples: [
      { line: "silo logs acme-erp gotrue", text: "the newest lines" },
      { line: "silo logs acme-erp kong --follow", text: "requests as they come" },
    ],
    endsBySignal: true,
    load: () => import("./logs.ts"),
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
    name: "schema",
    operands: "NAME",
    summary: "Print a schema: silo, silo.config, status or context",
    options: [],
    examples: [{ line: "silo schema silo > silo.schema.json", text: "for an editor" }],
    load: () => import("./schema.ts"),
  },
];
