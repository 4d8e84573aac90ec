/** The commands of the Service Desk. */

import type { Command } from "#commands/types.ts";
import { dashboardCommand } from "./dashboard/catalogue.ts";

export const deskCommands: readonly Command[] = [
  {
    name: "desk",
    operands: "",
    summary: "The Service Desk: connection info, state and power, by role, over HTTP and MCP",
    details: [
      "It keeps no state: Fly and the specs are read when somebody asks, credentials are derived then.",
      "Who may ask is `desk` of silo.config.yml: workflows by the tokens that GitHub gives them, others",
      "by those of `silo desk-token`. It holds SILO_DESK_KEYS (`silo desk-keys`) and never the master",
      "key. A start or a stop is a run of the repository's silo-operate.yml; beside the local cloud,",
      "which has no runner, it is done in process.",
      "Every request is one line of JSON on standard output and in the audit file, never with a value.",
    ],
    options: [
      {
        name: "listen",
        value: "[HOST:]PORT",
        text: "where (default: 127.0.0.1:4290; port 0: a free one)",
      },
      {
        name: "from-git",
        text: "specs of the default branch, read from GitHub, instead of a folder",
      },
      {
        name: "stdio",
        text: "MCP over standard input and output, for the holder of SILO_DESK_TOKEN",
      },
      { name: "audit", value: "FILE", text: "is only added to (default: .silo/desk-audit.jsonl)" },
    ],
    examples: [
      { line: "silo desk", text: "on loopback" },
      { line: "silo desk --listen 0.0.0.0:8080 --from-git", text: "as a server" },
      { line: "silo desk --stdio", text: "as an agent starts it" },
    ],
    endsBySignal: true,
    load: () => import("./run-desk.ts"),
  },
  dashboardCommand,
];
