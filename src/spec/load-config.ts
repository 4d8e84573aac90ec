/** silo.config.yml, with every default filled in. */

import type { SiloConfig } from "#silo/config.generated.ts";
import type { Files } from "#world/effects.ts";
import { checkSuccessors } from "./check-regions.ts";
import { configDefaults, environmentDefaults } from "./defaults.generated.ts";
import { fillDefaults, isMapping } from "./fill-defaults.ts";
import { type Finding, fileFinding } from "./finding.ts";
import { loadFile } from "./load-file.ts";
import { isSource, readText } from "./read-text.ts";

export interface LoadedConfig {
  /** The defaults for what is wrong or left out. */
  readonly config: SiloConfig;
  readonly findings: readonly Finding[];
}

const usualFile = "silo.config.yml";

/** A repository without the file has the defaults; one that was named is not to be missed, with its guards. */
export function loadConfig(files: Files, configFile: string): LoadedConfig {
  if (!files.exists(configFile)) {
    return { config: fill({}), findings: configFile === usualFile ? [] : [noConfig(configFile)] };
  }
  const source = readText(files, configFile);
  if (!isSource(source)) return { config: fill({}), findings: [source] };
  // Every setting may be commented out.
  if (/^(\s*(#.*)?)*$/.test(source.text)) return { config: fill({}), findings: [] };
  const { findings, data, place } = loadFile("config", configFile, source);
  const config = fill(data ?? {});
  return { config, findings: [...findings, ...place(checkSuccessors(config.regions))] };
}

const noConfig = (configFile: string): Finding =>
  fileFinding(
    configFile,
    "NO_CONFIG",
    `The configuration ${configFile} does not exist`,
    `Name the right file, or leave --config out: ${usualFile} is read if there is one`,
  );

function fill(data: Readonly<Record<string, unknown>>): SiloConfig {
  const filled = fillDefaults(configDefaults, data);
  const github = isMapping(filled.github) ? filled.github : {};
  const environments = isMapping(github.environments) ? github.environments : {};
  const roles = Object.entries(environments).map(([role, settings]) => [
    role,
    fillDefaults(environmentDefaults, isMapping(settings) ? settings : {}),
  ]);
  // The schema has accepted it, and the types are made from the schema.
  return {
    ...filled,
    github: { ...github, environments: Object.fromEntries(roles) },
  } as unknown as SiloConfig;
}
