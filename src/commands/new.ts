/** `silo new`: a spec to begin with. It is checked with all others before it is written; never over a file. */

import { Refused } from "#silo/errors.ts";
import { siloSlug } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { siloDefaults } from "#spec/defaults.generated.ts";
import { findingLine } from "#spec/finding.ts";
import { type LoadedSilos, loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";
import type { CommandContext, RunCommand } from "./types.ts";

/** As the schema has it; before it is part of a path. */
const slugPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export const run: RunCommand = async (context) => {
  const { operands, options, output, files } = context;
  const [client, app, ...others] = operands;
  if (!client || !app || others.length > 0) {
    throw new Refused("Give the slugs of client and app", {
      exitCode: 2,
      fix: "silo new acme erp",
    });
  }
  const wrongSlug = [client, app].find((slug) => !slugPattern.test(slug));
  if (wrongSlug !== undefined) {
    throw new Refused(`"${wrongSlug}" is no slug`, {
      exitCode: 2,
      fix: "lower-case letters, digits and single dashes, beginning with a letter; nothing was written",
    });
  }
  const path = `${options.silosDir}/${siloSlug({ client, app })}.yml`;
  if (files.exists(path)) {
    throw new Refused(`${path} is there already`, {
      exitCode: 4,
      fix: "edit it; nothing was changed",
    });
  }
  const text = textOf({ client, app }, load(context, files), context);
  const { findings } = load(context, withFile(files, path, text));
  const wrong = findings.filter(({ file, severity }) => file === path && severity === "error");
  if (wrong.length > 0) {
    throw new Refused(`This would be no spec:\n${wrong.map(findingLine).join("\n")}`, {
      exitCode: 2,
      fix: "choose other names or options; nothing was written",
    });
  }
  files.write(path, text);
  output.write(options.format === "json" ? `${JSON.stringify({ file: path })}\n` : `${path}\n`);
  output.note(`Look it through, then \`silo plan ${siloSlug({ client, app })}\`\n`);
  return 0;
};

function load({ options, clock, variable }: CommandContext, files: Files): LoadedSilos {
  const { silosDir, configFile } = options;
  const env = { GITHUB_REPOSITORY: variable("GITHUB_REPOSITORY") };
  return loadSilos(files, { silosDir, configFile, now: clock.now(), env });
}

function withFile(files: Files, path: string, text: string): Files {
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

function textOf(
  slugs: Silo["slugs"],
  { silos, config }: LoadedSilos,
  { options, files }: CommandContext,
): string {
  const slug = siloSlug(slugs);
  const { devenv } = siloDefaults;
  const { postgres, storage } = devenv.services;
  const org = options.value("org") ?? onlyOrg(silos);
  const hasDefault = Object.hasOwn(config.defaults?.devenv ?? {}, "fly_org");
  if (org === undefined && !hasDefault) {
    throw new Refused("Nothing says in which Fly organisation it is to be", {
      exitCode: 2,
      fix: `silo new ${slugs.client} ${slugs.app} --org ORG`,
    });
  }
  const region = options.value("region");
  const owner = options.value("owner");
  const hasSchema = files.exists("schemas/silo.schema.json") && !options.silosDir.includes("/");
  const quoted = (text: string) => JSON.stringify(text);
  return [
    ...(hasSchema ? ["# yaml-language-server: $schema=../schemas/silo.schema.json", ""] : []),
    "# What is left out has a default, as what is commented out shows; `silo schema silo` lists all.",
    "",
    `silo_id: ${freeId(slug, silos)} # unique over all files; never changes`,
    `client_slug: ${slugs.client} # the file is named by the two slugs`,
    `app_slug: ${slugs.app}`,
    owner === undefined
      ? '# owner: "@org/team" # who is told before a stop or an end'
      : `owner: ${quoted(owner)} # who is told before a stop or an end`,
    "",
    "devenv:",
    ...(org === undefined ? [] : [`  fly_org: ${quoted(org)} # never changes`]),
    region === undefined
      ? `  # fly_region: ${devenv.fly_region} # \`silo regions\` lists them`
      : `  fly_region: ${quoted(region)}`,
    `  auto_stop_minutes: ${devenv.auto_stop_minutes} # idle for so long, it is stopped; 0: never`,
    `  prevent_destroy: ${devenv.prevent_destroy} # removing this file does not destroy the silo while this is true`,
    "  # monthly_budget_usd: 20 # good for so many awake hours: `silo validate` says how many",
    "  # expires_at: 2027-12-31 # stopped from then on, and its removal proposed",
    "  # migrations: supabase/migrations # SQL files, applied in order, once each",
    "  # services:",
    `  #   postgres: { memory_mb: ${postgres.memory_mb}, volume_gb: ${postgres.volume_gb}, public: ${postgres.public} } # volumes only grow`,
    `  #   storage: { volume_gb: ${storage.volume_gb} }`,
    "  #   studio: { enabled: false } # saves its machine",
    "",
  ].join("\n");
}

function onlyOrg(silos: readonly Silo[]): string | undefined {
  const orgs = new Set(silos.map(({ spec }) => spec.devenv.fly_org));
  return orgs.size === 1 ? [...orgs][0] : undefined;
}

function freeId(slug: string, silos: readonly Silo[]): string {
  const taken = new Set(silos.map(({ spec }) => spec.silo_id));
  for (let number = 1; ; number++) {
    const id = `${slug}-silo-${String(number).padStart(3, "0")}`;
    if (!taken.has(id)) return id;
  }
}
