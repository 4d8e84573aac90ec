#!/usr/bin/env node
/** The command line: words → command → exit code. Everything else is behind it. */

// First: what is imported later, a command with all it needs, is kept compiled.
import "#edge/compile-cache.ts";
import { commands } from "#commands/catalogue.ts";
import { deskCommands } from "#desk/catalogue.ts";
import { runCli } from "#edge/run-cli.ts";
import { localCommands } from "#local/catalogue.ts";

process.exitCode = await runCli(process.argv.slice(2), [
  ...commands,
  ...deskCommands,
  ...localCommands,
]);
