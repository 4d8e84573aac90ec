/** The spec files of silos/, and what stands there that is none. */

import type { FileEntry, Files } from "#world/effects.ts";
import { type Finding, fileFinding } from "./finding.ts";

export interface SpecFile {
  /** Name in the folder. */
  readonly name: string;
  /** Path as the caller named the folder. */
  readonly file: string;
}

export interface Folder {
  readonly specs: readonly SpecFile[];
  readonly findings: readonly Finding[];
}

export function readFolder(files: Files, silosDir: string): Folder {
  const dir = silosDir.replace(/(.)\/+$/, "$1");
  const link = linkOnTheWay(files, dir);
  if (link !== undefined) return { specs: [], findings: [link] };
  let entries: readonly FileEntry[];
  try {
    entries = files.list(dir);
  } catch {
    return { specs: [], findings: [noFolder(dir)] };
  }
  const specs: SpecFile[] = [];
  const findings: Finding[] = [];
  for (const { name, kind } of entries) {
    // Names with a dot in front are editors' and git's.
    if (name.startsWith(".")) continue;
    const isYaml = name.endsWith(".yml") || name.endsWith(".yaml");
    if (kind === "folder" || !isYaml) continue;
    const file = `${dir}/${name}`;
    if (kind !== "file") findings.push(notAFile(file, kind));
    else if (name.endsWith(".yaml")) findings.push(wrongEnding(file, name));
    else specs.push({ name, file });
  }
  if (specs.length === 0 && findings.length === 0) findings.push(emptyFolder(dir));
  return { specs, findings };
}

/** A folder of a relative path that is a link: its files may stand anywhere on the machine. */
export function linkOnTheWay(files: Files, dir: string): Finding | undefined {
  if (dir.startsWith("/")) return undefined;
  const steps = dir.split("/").filter((step) => step !== "." && step !== "");
  for (const [at, step] of steps.entries()) {
    if (step === "..") continue;
    const parent = at === 0 ? "." : steps.slice(0, at).join("/");
    const entry = entriesOf(files, parent).find(({ name }) => name === step);
    if (entry?.kind === "link") return notAFile(steps.slice(0, at + 1).join("/"), "link");
  }
  return undefined;
}

function entriesOf(files: Files, dir: string): readonly FileEntry[] {
  try {
    return files.list(dir);
  } catch {
    return [];
  }
}

export const notAFile = (file: string, kind: FileEntry["kind"]): Finding =>
  fileFinding(
    file,
    kind === "link" ? "SYMLINK" : "NOT_A_FILE",
    kind === "link" ? "This is a symbolic link, which is not followed" : "This is not a file",
    "Put a plain file in its place",
  );

const wrongEnding = (file: string, name: string): Finding =>
  fileFinding(
    file,
    "FILE_NAME",
    "The file ends in .yaml, and is not read",
    `Rename it to ${name.replace(/\.yaml$/, ".yml")}`,
  );

const noFolder = (dir: string): Finding =>
  fileFinding(
    dir,
    "NO_FOLDER",
    `The folder ${dir} cannot be read`,
    "Run the command at the root of the repository, or name the folder with --silos-dir",
  );

const emptyFolder = (dir: string): Finding =>
  fileFinding(
    dir,
    "NO_SPECS",
    `The folder ${dir} holds no spec; nothing is ever destroyed because of that`,
    "Add {client}-{app}.yml; `silo schema silo` prints what it may hold",
    "warning",
  );
