/** All specs of a repository, checked: every error of every file in one pass. */

import type { SiloConfig } from "#silo/config.generated.ts";
import type { Silo } from "#silo/silo.ts";
import type { Files } from "#world/effects.ts";
import { checkFleet } from "./check-fleet.ts";
import { compareFindings, type Finding, fileFinding, isError } from "./finding.ts";
import { loadConfig } from "./load-config.ts";
import type { LoadOptions } from "./load-options.ts";
import { makeSpecLoader, placeAgain } from "./load-spec.ts";
import { findNeighbours } from "./neighbours.ts";
import { readFolder } from "./read-folder.ts";
import { selectSpecs } from "./select-specs.ts";

export interface LoadedSilos {
  /** The silos of the files without an error, in the order of their files. */
  readonly silos: readonly Silo[];
  readonly config: SiloConfig;
  readonly findings: readonly Finding[];
  /** Files that were read. */
  readonly files: number;
  /** Files that are there, or were asked for, but gave no silo. */
  readonly rejected: readonly string[];
  /**
   * Whether a silo without a file is really no longer wanted: false when silos/ is empty or
   * missing, when anything in it is wrong, and when only some files were asked for.
   */
  readonly complete: boolean;
}

export function loadSilos(files: Files, options: LoadOptions): LoadedSilos {
  const { config, findings: configFindings } = loadConfig(files, options.configFile);
  const {
    specs,
    others,
    findings: strays,
  } = selectSpecs(readFolder(files, options.silosDir), options);
  const findings: Finding[] = [...configFindings, ...strays];
  const rejected = new Set(strays.filter(isError).map(({ file }) => file));
  const candidates: Silo[] = [];
  const load = makeSpecLoader(files, config, options);
  for (const spec of specs) {
    const { silo, findings: found, isGood } = load(spec);
    if (silo !== undefined) candidates.push(silo);
    if (!isGood) rejected.add(spec.file);
    for (const finding of found) findings.push(finding);
  }
  const beside = others.length === 0 ? [] : findNeighbours(files, others, candidates, load);
  for (const { silo, problem } of checkFleet([...beside, ...candidates])) {
    if (beside.includes(silo)) continue;
    findings.push(placeAgain(files, silo.file, problem));
    rejected.add(silo.file);
  }
  const silos = candidates.filter(({ file }) => !rejected.has(file));
  findings.push(...overTotal(silos, config, options));
  return {
    silos,
    config,
    findings: findings.sort(compareFindings),
    files: specs.length,
    rejected: [...rejected],
    complete: options.paths === undefined && silos.length > 0 && !findings.some(isError),
  };
}

function overTotal(
  silos: readonly Silo[],
  { budgets }: SiloConfig,
  { configFile, monthlyCost }: LoadOptions,
): readonly Finding[] {
  const budget = budgets.monthly_usd_total;
  if (budget === undefined || monthlyCost === undefined) return [];
  const cost = silos.reduce((sum, silo) => sum + monthlyCost(silo), 0);
  if (cost <= budget) return [];
  return [
    fileFinding(
      configFile,
      "BUDGET_EXCEEDED",
      `All silos cost about $${cost.toFixed(2)} a month when always awake, but budgets.monthly_usd_total is $${budget}`,
      "Remove silos, choose smaller ones, or raise the budget",
    ),
  ];
}
