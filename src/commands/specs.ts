/** Reading and choosing the specs a command works on. */

import { knownSecretEnv } from "#engine/secret-env.ts";
import { monthlyCostUsd } from "#silo/cost.ts";
import { Refused } from "#silo/errors.ts";
import type { Silo } from "#silo/silo.ts";
import { didYouMean } from "#spec/did-you-mean.ts";
import { type Finding, findingLine } from "#spec/finding.ts";
import { loadSilos } from "#spec/load-silos.ts";
import { givenMasterKeys } from "./master-keys-of.ts";
import { parseShard } from "./shard.ts";
import type { CommandContext, Specs } from "./types.ts";

/** Throws `Refused` (exit 2) when a chosen file, or the config, cannot be used. */
export function readSpecs(context: CommandContext): Specs {
  const { files, options, clock, operands, output, variable } = context;
  const { silos, config, findings, complete } = loadSilos(files, {
    silosDir: options.silosDir,
    configFile: options.configFile,
    now: clock.now(),
    monthlyCost: monthlyCostUsd,
    env: { GITHUB_REPOSITORY: variable("GITHUB_REPOSITORY") },
  });
  context.tell?.({ kind: "findings", findings });
  const errors = findings.filter(({ severity }) => severity === "error");
  const isChosen = ({ file }: Finding) =>
    operands.length === 0 ||
    file === options.configFile ||
    operands.some((operand) => file.endsWith(`/${operand}.yml`));
  const blocking = errors.filter(isChosen);
  if (blocking.length > 0) {
    throw new Refused(blocking.map(findingLine).join("\n"), { exitCode: 2 });
  }
  const others = findings.filter((finding) => !blocking.includes(finding));
  if (!options.quiet) for (const finding of others) output.note(`${findingLine(finding)}\n`);
  const repository = variable("GITHUB_REPOSITORY") || undefined;
  const hasNetlify = Boolean(variable("NETLIFY_AUTH_TOKEN"));
  const values = { variable, masterKeys: () => givenMasterKeys(variable) };
  const shard = options.value("shard");
  const isHere = shard === undefined ? () => true : parseShard(shard);
  return {
    silos,
    isComplete: complete,
    config,
    repository,
    hasNetlify,
    secretEnv: (silo, record) => knownSecretEnv(silo, record, values),
    selected: select(silos, operands).filter(({ slug }) => isHere(slug)),
  };
}

function select(silos: readonly Silo[], operands: readonly string[]): readonly Silo[] {
  if (operands.length === 0) return silos;
  const chosen = operands.map((operand) => {
    const found = silos.find(({ slug, spec }) => slug === operand || spec.silo_id === operand);
    if (found) return found;
    const near = didYouMean(
      operand,
      silos.map(({ slug }) => slug),
    );
    throw new Refused(`There is no silo "${operand}"`, {
      exitCode: 2,
      fix: near ? `did you mean ${near}?` : "`silo status` lists them",
    });
  });
  // Named by slug and by id it is still one silo.
  return [...new Set(chosen)];
}
