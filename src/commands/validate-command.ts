import { monthlyCostUsd } from "#silo/cost.ts";
import type { RunCommand } from "./types.ts";
import { validate } from "./validate.ts";

export const run: RunCommand = async ({
  files,
  options,
  operands,
  clock,
  output,
  variable,
  tell,
}) => {
  const { silosDir, configFile, format } = options;
  const result = validate({
    files,
    silosDir,
    configFile,
    paths: operands,
    now: clock.now(),
    monthlyCost: monthlyCostUsd,
    env: { GITHUB_REPOSITORY: variable("GITHUB_REPOSITORY") },
    format: format === "markdown" ? "text" : format,
  });
  tell?.({ kind: "findings", findings: result.findings });
  if (result.stdout) output.write(result.stdout);
  if (result.stderr && !options.quiet) output.note(result.stderr);
  return result.exitCode;
};
