/** Which spec files are asked for, and which others stand beside them. */

import { didYouMean } from "./did-you-mean.ts";
import { type Finding, fileFinding } from "./finding.ts";
import type { Folder, SpecFile } from "./read-folder.ts";

export interface Selection {
  readonly specs: readonly SpecFile[];
  readonly others: readonly SpecFile[];
  readonly findings: readonly Finding[];
}

export function selectSpecs(
  folder: Folder,
  where: {
    readonly silosDir: string;
    readonly configFile: string;
    readonly paths?: readonly string[];
  },
): Selection {
  const wanted = new Set((where.paths ?? []).map(normalise));
  const dir = normalise(where.silosDir);
  // The settings are checked with every call.
  wanted.delete(normalise(where.configFile));
  const isAll = where.paths === undefined || wanted.has(dir);
  wanted.delete(dir);
  if (isAll && wanted.size === 0) return { ...folder, others: [] };
  const isWanted = ({ file }: { readonly file: string }): boolean => wanted.has(normalise(file));
  const known = new Set([...folder.specs, ...folder.findings].map(({ file }) => normalise(file)));
  const names = folder.specs.map(({ file }) => file);
  return {
    specs: isAll ? folder.specs : folder.specs.filter(isWanted),
    others: isAll ? [] : folder.specs.filter((spec) => !isWanted(spec)),
    findings: [
      ...(isAll ? folder.findings : folder.findings.filter(isWanted)),
      ...[...wanted].filter((path) => !known.has(path)).map((path) => stranger(path, dir, names)),
    ],
  };
}

function stranger(path: string, dir: string, names: readonly string[]): Finding {
  const isInside = path.startsWith(`${dir}/`) && !path.slice(dir.length + 1).includes("/");
  if (!isInside) {
    const message = `The path is not a spec: specs stand in ${dir}`;
    return fileFinding(path, "OUTSIDE", message, `Name a file in ${dir}`);
  }
  const near = didYouMean(path, names);
  const fix = near === undefined ? "Check its name" : `Did you mean ${near}?`;
  return fileFinding(path, "NO_SUCH_FILE", "There is no such spec", fix);
}

/** `./silos//a.yml` and `silos/x/../a.yml` are `silos/a.yml`. */
function normalise(path: string): string {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return `${path.startsWith("/") ? "/" : ""}${steps.join("/")}`;
}
