/** `silo inventory`: all that is ours on Fly and GitHub, and whether it adds up. Changes nothing. */

import { inventoryJson, inventoryText, isClean } from "#render/inventory.ts";
import { styleOf } from "#render/style.ts";
import { isApiError } from "#silo/errors.ts";
import { plainText } from "#silo/plain-text.ts";
import { githubLeftovers, type Leftover } from "#state/github-leftovers.ts";
import { takeInventory } from "#state/inventory.ts";
import type { GitHubReads } from "#world/github.ts";
import { orgsOf, readFleet } from "./read-fleets.ts";
import { readSpecs } from "./specs.ts";
import type { CommandContext, ExitCode, RunCommand, Specs } from "./types.ts";

export const run: RunCommand = async (context): Promise<ExitCode> => {
  const { output, options, clock } = context;
  // Of all: what no spec names is what is looked for.
  const specs = readSpecs({ ...context, operands: [] });
  const { reads: fly } = await context.connectFly();
  const [fleets, leftovers] = await Promise.all([
    Promise.all(
      (await orgsOf(specs, fly)).map(async (org) => ({ org, fleet: await readFleet(fly, org) })),
    ),
    leftoversOf(context, specs),
  ]);
  for (const { org, fleet } of fleets) {
    if (fleet.errorRegions.length === 0) continue;
    output.note(
      `warning: ${plainText(`${org}: Fly did not answer for ${fleet.errorRegions.join(", ")}: what is there is not counted`)}\n`,
    );
  }
  const { manager_id: managerId } = specs.config;
  const inventory = takeInventory(specs.silos, fleets, { managerId, now: clock.now() });
  context.tell?.({ kind: "inventory", inventory, leftovers });
  output.write(
    options.format === "json"
      ? inventoryJson(inventory, leftovers)
      : inventoryText(inventory, leftovers, styleOf(output.color)),
  );
  if (inventory.unaccounted.length > 0) return 1;
  return options.has("detailed-exitcode") && !isClean(inventory, leftovers) ? 3 : 0;
};

async function leftoversOf(
  { connectGitHub, output }: CommandContext,
  { silos, repository }: Specs,
): Promise<readonly Leftover[]> {
  const connected = await connectGitHub();
  if (!connected) return [];
  const repositories = new Set(
    [repository, ...silos.map(({ spec }) => spec.secrets.repository)].filter(
      (name) => name !== undefined,
    ),
  );
  const found: Leftover[] = [];
  for (const name of [...repositories].sort()) {
    try {
      found.push(...(await leftoversIn(connected.github, name, silos)));
    } catch (error) {
      if (!isApiError(error)) throw error;
      output.note(
        `warning: ${plainText(`${name} could not be looked through: ${error.message}`)}\n`,
      );
    }
  }
  return found;
}

async function leftoversIn(github: GitHubReads, repository: string, silos: Specs["silos"]) {
  const place = { kind: "repository" } as const;
  const [secrets = [], variables = [], environments] = await Promise.all([
    github.listSecrets(repository, place),
    github.listVariables(repository, place),
    github.listEnvironments(repository),
  ]);
  return githubLeftovers(silos, {
    repository,
    secrets: secrets.map(({ name }) => name),
    variables: variables.map(({ name }) => name),
    environments,
  });
}
