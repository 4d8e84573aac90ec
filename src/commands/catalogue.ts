/** Every command, as its help shows it. The code of a command is loaded when it is run. */

import { changeCommands } from "./catalogue-change.ts";
import { insideCommands } from "./catalogue-inside.ts";
import { keysCommands } from "./catalogue-keys.ts";
import { lookCommands } from "./catalogue-look.ts";
import { powerCommands } from "./catalogue-power.ts";
import type { Command, Option } from "./types.ts";

export const globalOptions: readonly Option[] = [
  { name: "format", value: "text|json", text: "json: one document on standard output" },
  { name: "silos-dir", value: "DIR", text: "where the specs are (default: silos)" },
  { name: "config", value: "FILE", text: "the configuration (default: silo.config.yml)" },
  { name: "quiet", short: "q", text: "no progress, no warnings" },
  { name: "no-color", text: "no colours; also NO_COLOR=1" },
  { name: "help", short: "h", text: "help of a command" },
];

export const commands: readonly Command[] = [
  ...changeCommands,
  ...powerCommands,
  ...lookCommands,
  ...keysCommands,
  ...insideCommands,
];
