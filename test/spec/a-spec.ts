/** The text of a good spec, and what the loader says of it with something changed. */

import type { LoadOptions } from "#spec/load-options.ts";
import { type LoadedSilos, loadSilos } from "#spec/load-silos.ts";
import { type Content, memoryFiles } from "./memory-files.ts";

export const goodSpec = `silo_id: acme-erp-silo-001
client_slug: acme
app_slug: erp
devenv:
  fly_org: acme-erp
`;

const now = Date.parse("2026-11-24T10:00:00Z");

export interface Repository {
  readonly [path: string]: Content;
}

export function load(repository: Repository, options: Partial<LoadOptions> = {}): LoadedSilos {
  return loadSilos(memoryFiles(repository), {
    silosDir: "silos",
    configFile: "silo.config.yml",
    now,
    ...options,
  });
}

/** Findings in short: `file:line:column severity CODE`. */
export const inShort = ({ findings }: LoadedSilos): string[] =>
  findings.map(
    ({ file, line, column, severity, code }) => `${file}:${line}:${column} ${severity} ${code}`,
  );

/** The same of one spec, without the file. */
export const findingsOf = (text: Content, options: Partial<LoadOptions> = {}): string[] =>
  inShort(load({ "silos/acme-erp.yml": text }, options)).map((line) =>
    line.replace("silos/acme-erp.yml:", ""),
  );
