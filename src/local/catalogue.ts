/** The commands of the embedded local cloud. */

import type { Command } from "#commands/types.ts";

export const localCommands: readonly Command[] = [
  {
    name: "emulate",
    operands: "",
    summary: "The embedded local cloud: a Fly on loopback, no account needed",
    details: [
      "Prints its URLs as one line of JSON and writes a file to source. Without a *_URL in the",
      "environment every other command means the real services.",
    ],
    options: [
      { name: "port", value: "N", text: "of the API (default: 4280; 0 takes a free one)" },
      { name: "state-dir", value: "DIR", text: "keep its state there, over restarts" },
      { name: "time", value: "real|virtual", text: "virtual: waits are skipped (default: real)" },
      { name: "latency", value: "none|fly", text: "fly: as slow as the real one (default: none)" },
      { name: "postgres", value: "model|real", text: "real: PostgreSQL 15 (default: model)" },
      { name: "seed", value: "N", text: "of ids, addresses and faults (default: 1)" },
      { name: "faults", value: "FILE", text: "faults by rule; see src/emulators/README.md" },
      { name: "orgs", value: "A,B", text: "organisations of the token (default: any)" },
      { name: "env", value: "FILE", text: "file to source (default: .silo/local.env)" },
    ],
    examples: [
      { line: "silo emulate &", text: "then: source .silo/local.env && silo apply" },
      {
        line: "silo emulate --latency fly --postgres real",
        text: "as slow and as real as it gets",
      },
    ],
    endsBySignal: true,
    load: () => import("./emulate.ts"),
  },
  {
    name: "demo",
    operands: "",
    summary: "The whole life of a silo on the embedded local cloud",
    options: [{ name: "slow", text: "with the latencies of the real Fly" }],
    examples: [{ line: "silo demo", text: "about ten seconds" }],
    load: () => import("./demo.ts"),
  },
];
