/** `silo validate` by itself: what the published command runs, without the other commands. */

import { validate } from "#commands/validate.ts";
import { nodeFiles } from "#edge/node-effects.ts";

const result = validate({
  files: nodeFiles,
  silosDir: "silos",
  configFile: "silo.config.yml",
  paths: process.argv.slice(2),
  now: Date.parse("2026-11-24T00:00:00Z"),
  format: "text",
});
process.stdout.write(result.stdout);
process.exitCode = result.exitCode;
