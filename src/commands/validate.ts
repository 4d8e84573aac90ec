/** `silo validate`: everything that is wrong with the specs, for people, programs or GitHub. */

import { type Finding, findingLine } from "#spec/finding.ts";
import type { LoadOptions } from "#spec/load-options.ts";
import { type LoadedSilos, loadSilos } from "#spec/load-silos.ts";
import { makeSqlLoader } from "#spec/load-sql.ts";
import type { Files } from "#world/effects.ts";

export interface ValidateInput extends Omit<LoadOptions, "paths"> {
  readonly files: Files;
  /** Files to check; none means all of them. */
  readonly paths: readonly string[];
  readonly format: "text" | "json" | "github";
}

export interface ValidateResult {
  /** 2 when there is an error; warnings alone are 0. */
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr?: string;
  readonly findings: readonly Finding[];
}

export function validate({ files, format, paths, ...where }: ValidateInput): ValidateResult {
  const specs = loadSilos(files, { ...where, ...(paths.length > 0 ? { paths } : {}) });
  const loaded = { ...specs, findings: [...specs.findings, ...sqlFindings(files, specs)] };
  const counts = countFindings(loaded);
  const print = { text: printText, json: printJson, github: printGithub }[format];
  const { findings } = loaded;
  return { exitCode: counts.errors > 0 ? 2 : 0, stdout: print(findings, counts), findings };
}

/** Several silos may name the same files. */
function sqlFindings(files: Files, { silos }: LoadedSilos): readonly Finding[] {
  const load = makeSqlLoader(files);
  const findings = silos.flatMap((silo) => load(silo).findings);
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

interface Counts {
  /** Files that were checked. */
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  /** Files with an error. */
  readonly faulty: number;
}

function countFindings({ findings, files }: LoadedSilos): Counts {
  const errors = findings.filter(({ severity }) => severity === "error");
  const faulty = new Set(errors.map(({ file }) => file)).size;
  return { files, errors: errors.length, warnings: findings.length - errors.length, faulty };
}

function printText(findings: readonly Finding[], counts: Counts): string {
  const lines = findings.map((finding) => `${findingLine(finding)}\n`);
  const gap = lines.length > 0 ? "\n" : "";
  return `${lines.join("")}${gap}${summary(counts)}\n`;
}

/** One document: `{ valid, files, errors, warnings, findings }`. */
function printJson(findings: readonly Finding[], counts: Counts): string {
  const { files, errors, warnings } = counts;
  return `${JSON.stringify({ valid: errors === 0, files, errors, warnings, findings }, null, 2)}\n`;
}

/** Workflow commands, which GitHub shows at the line of the file in a pull request. */
function printGithub(findings: readonly Finding[], counts: Counts): string {
  const lines = findings.map(({ file, line, column, severity, code, message, fix }) => {
    const place = `file=${property(file)},line=${line},col=${column},title=${property(code)}`;
    return `::${severity} ${place}::${data(`${message}\nfix: ${fix}`)}\n`;
  });
  return `${lines.join("")}${summary(counts)}\n`;
}

// docs.github.com: workflow commands; the escapes are those of actions/toolkit command.ts.
const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

function summary({ files, errors, warnings, faulty }: Counts): string {
  const extra = warnings > 0 ? `, with ${count(warnings, "warning")}` : "";
  if (errors > 0) {
    const also = warnings > 0 ? ` and ${count(warnings, "warning")}` : "";
    const all = Math.max(files, faulty);
    return `${count(errors, "error")}${also}: ${count(faulty, "file")} of ${all} cannot be used`;
  }
  return files === 1 ? `The spec is valid${extra}` : `All ${files} specs are valid${extra}`;
}

const count = (number: number, word: string): string =>
  `${number} ${word}${number === 1 ? "" : "s"}`;
