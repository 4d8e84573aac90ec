/** One spec file, from its path to a silo. */

import type { SiloConfig } from "#silo/config.generated.ts";
import type { Silo } from "#silo/silo.ts";
import type { SiloSpec } from "#silo/spec.generated.ts";
import type { Files } from "#world/effects.ts";
import { checkSilo } from "./check-silo.ts";
import { netlifyDefaults, siloDefaults } from "./defaults.generated.ts";
import { fillDefaults, isMapping } from "./fill-defaults.ts";
import { type Finding, isError, type Problem } from "./finding.ts";
import { loadFile, readForPlaces } from "./load-file.ts";
import type { LoadOptions } from "./load-options.ts";
import { placed } from "./loaded-file.ts";
import type { SpecFile } from "./read-folder.ts";
import { isSource, readText } from "./read-text.ts";

export interface LoadedSpec {
  readonly findings: readonly Finding[];
  /** There when the identity of the silo is readable, so that it can be compared with others. */
  readonly silo?: Silo;
  /** Whether the file has no error. */
  readonly isGood: boolean;
}

export type SpecLoader = (spec: SpecFile) => LoadedSpec;

export function makeSpecLoader(files: Files, config: SiloConfig, options: LoadOptions): SpecLoader {
  const defaults = siloDefaultsUnder(config);
  const repository = options.env?.GITHUB_REPOSITORY;
  const { now, monthlyCost } = options;
  return ({ file, name }) => {
    const source = readText(files, file);
    if (!isSource(source)) return { findings: [source], isGood: false };
    const { findings, data, faulty, place } = loadFile("silo", file, source);
    if (data === undefined) return { findings, isGood: false };
    const spec = fillSpec(defaults, data);
    const input = { file, name, spec, config, now, repository, faulty, monthlyCost };
    const { silo, problems } = checkSilo(input);
    const all = problems.length === 0 ? findings : [...findings, ...place(problems)];
    const hasIdentity = faulty.size === 0 || identity.every((key) => !faulty.has(key));
    return { findings: all, ...(hasIdentity ? { silo } : {}), isGood: !all.some(isError) };
  };
}

/** The place of a problem that was found after its file was left. */
export function placeAgain(files: Files, file: string, found: Problem): Finding {
  const source = readText(files, file);
  return placed(file, isSource(source) ? readForPlaces(source.text) : undefined, found);
}

const identity = ["silo_id", "client_slug", "app_slug"];

interface Defaults {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly netlify: Readonly<Record<string, unknown>>;
}

/** Built-in defaults with those of silo.config.yml on top. */
function siloDefaultsUnder({ defaults }: SiloConfig): Defaults {
  const { netlify, ...spec } = defaults;
  return {
    spec: fillDefaults(siloDefaults, spec),
    netlify: fillDefaults(netlifyDefaults, isMapping(netlify) ? netlify : {}),
  };
}

function fillSpec(defaults: Defaults, data: Readonly<Record<string, unknown>>): SiloSpec {
  const filled = fillDefaults(defaults.spec, data);
  const spec = isMapping(data.netlify)
    ? { ...filled, netlify: fillDefaults(defaults.netlify, data.netlify) }
    : filled;
  // The schema has accepted it, and the types are made from the schema.
  return spec as unknown as SiloSpec;
}
