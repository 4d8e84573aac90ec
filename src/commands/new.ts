/** `silo new`: a spec to begin with. It is checked with all others before it is written; never over a file. */

import { Refused } from "#silo/errors.ts";
import { siloSlug } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { siloDefaults } from "#spec/defaults.generated.ts";
import { findingLine } from "#spec/finding.ts";
import type { LoadedSilos } from "#spec/load-silos.ts";
import { assertSlug, headLines, loadAll, specPath, withFile } from "./spec-to-be.ts";
import type { CommandContext, RunCommand } from "./types.ts";

export const run: RunCommand = async (context) => {
  const { operands, options, output, files } = context;
  const [client, app, ...others] = operands;
  if (!client || !app || others.length > 0) {
    throw new Refused("Give the slugs of client and app", {
      exitCode: 2,
      fix: "silo new acme erp",
    });
  }
  for (const slug of [client, app]) assertSlug(slug);
  const path = specPath(context, { client, app });
  if (files.exists(path)) {
    throw new Refused(`${path} is there already`, {
      exitCode: 4,
      fix: "edit it; nothing was changed",
    });
  }
  const text = textOf({ client, app }, loadAll(context, files), context);
  const { findings } = loadAll(context, withFile(files, path, text));
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

function textOf(
  slugs: Silo["slugs"],
  { silos, config }: LoadedSilos,
  { options, files }: CommandContext,
): string {
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
  const quoted = (text: string) => JSON.stringify(text);
  return [
    ...headLines({ options, files }, slugs, silos),
    owner === undefined
      ? '# owner: "@org/team" # who is told before a stop or an end'
      : `owner: ${quoted(owner)} # who is told before a stop or an end`,
    "",
    "# What is commented out shows what there is.",
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
