/** The specs as the desk works on them. One file that cannot be used hides no other silo. */

import type { Specs } from "#commands/types.ts";
import { monthlyCostUsd } from "#silo/cost.ts";
import { Refused } from "#silo/errors.ts";
import { type Finding, findingLine, isError } from "#spec/finding.ts";
import { loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";

export interface SpecPlace {
  readonly silosDir: string;
  readonly configFile: string;
  readonly repository: string | undefined;
}

export interface DeskSpecs {
  readonly specs: Specs;
  readonly files: Files;
  readonly place: SpecPlace;
  /** What is wrong with files that gave no silo. */
  readonly errors: readonly Finding[];
}

/** Throws `Refused` when the configuration cannot be used: it says who may ask for what. */
export function readDeskSpecs(files: Files, place: SpecPlace, now: number): DeskSpecs {
  const { silosDir, configFile, repository } = place;
  const { silos, config, findings, complete } = loadSilos(files, {
    silosDir,
    configFile,
    now,
    monthlyCost: monthlyCostUsd,
    env: { GITHUB_REPOSITORY: repository },
  });
  const errors = findings.filter(isError);
  const ofConfig = errors.filter(
    ({ file, code }) => file === configFile && code !== "BUDGET_EXCEEDED",
  );
  if (ofConfig.length > 0) {
    throw new Refused(ofConfig.map(findingLine).join("\n"), { exitCode: 2 });
  }
  const unnamed = config.desk.workflows.find(
    ({ workflow_ref, job_workflow_ref }) =>
      workflow_ref === undefined && job_workflow_ref === undefined,
  );
  if (unnamed) {
    throw new Refused(`desk.workflows "${unnamed.name}" of ${configFile} names no workflow`, {
      exitCode: 2,
      fix: "give `workflow_ref`, or `job_workflow_ref` for a reusable workflow",
    });
  }
  const specs: Specs = {
    silos,
    selected: silos,
    isComplete: complete,
    config,
    repository,
    hasNetlify: false,
    // The desk has neither the values nor the key that they are told by.
    secretEnv: () => ({}),
  };
  return { specs, files, place, errors };
}
