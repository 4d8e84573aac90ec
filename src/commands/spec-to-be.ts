/** Specs that are not in the tree, or not yet: how they are read all the same, and how a new one begins. */

import { Refused } from "#silo/errors.ts";
import { type SiloSlugs, siloSlug } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { type LoadedSilos, loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";
import type { CommandContext } from "./types.ts";

/** As the schema has it; before it is part of a path. */
const slugPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function assertSlug(text: string): void {
  if (slugPattern.test(text)) return;
  throw new Refused(`"${text}" is no slug`, {
    exitCode: 2,
    fix: "lower-case letters, digits and single dashes, beginning with a letter; nothing was written",
  });
}

export const specPath = ({ options }: Pick<CommandContext, "options">, slugs: SiloSlugs): string =>
  `${options.silosDir}/${siloSlug(slugs)}.yml`;

export function loadAll({ options, clock, variable }: CommandContext, files: Files): LoadedSilos {
  const { silosDir, configFile } = options;
  const env = { GITHUB_REPOSITORY: variable("GITHUB_REPOSITORY") };
  return loadSilos(files, { silosDir, configFile, now: clock.now(), env });
}

/** As if it were written. */
export function withFile(files: Files, path: string, text: string): Files {
  const bytes = new TextEncoder().encode(text);
  const slash = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  return {
    ...files,
    exists: (one) => one === path || one === folder || files.exists(one),
    read: (one) => (one === path ? bytes : files.read(one)),
    readStart: (one, count) =>
      one === path ? bytes.subarray(0, count) : files.readStart(one, count),
    list: (one) =>
      one === folder
        ? [...(files.exists(one) ? files.list(one) : []), { name, kind: "file" as const }].sort(
            (a, b) => (a.name < b.name ? -1 : 1),
          )
        : files.list(one),
  };
}

/** Lines that every spec begins with. */
export function headLines(
  { files, options }: Pick<CommandContext, "files" | "options">,
  slugs: SiloSlugs,
  silos: readonly Silo[],
): readonly string[] {
  const hasSchema = files.exists("schemas/silo.schema.json") && !options.silosDir.includes("/");
  return [
    ...(hasSchema ? ["# yaml-language-server: $schema=../schemas/silo.schema.json", ""] : []),
    "# What is left out has a default; `silo schema silo` lists all.",
    "",
    `silo_id: ${freeId(siloSlug(slugs), silos)} # unique over all files; never changes`,
    `client_slug: ${slugs.client} # the file is named by the two slugs`,
    `app_slug: ${slugs.app}`,
  ];
}

function freeId(slug: string, silos: readonly Silo[]): string {
  const taken = new Set(silos.map(({ spec }) => spec.silo_id));
  for (let number = 1; ; number++) {
    const id = `${slug}-silo-${String(number).padStart(3, "0")}`;
    if (!taken.has(id)) return id;
  }
}
