/** What only shows when silos are seen together: two that would share an identity or a name. */

import { secretEnvVariable, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { type Path, type Problem, problem } from "./finding.ts";

export interface FleetProblem {
  readonly silo: Silo;
  readonly problem: Problem;
}

/** Silos in the order of their files; the later of two is the one reported. */
export function checkFleet(silos: readonly Silo[]): readonly FleetProblem[] {
  return [
    ...shared(silos, ({ spec }) => spec.silo_id, duplicateId),
    ...shared(silos, ({ slug }) => slug, nameCollision),
    ...secretCollisions(silos),
  ];
}

function shared(
  silos: readonly Silo[],
  keyOf: (silo: Silo) => string,
  found: (silo: Silo, first: Silo) => Problem,
): readonly FleetProblem[] {
  const firsts = new Map<string, Silo>();
  const problems: FleetProblem[] = [];
  for (const silo of silos) {
    const key = keyOf(silo);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, silo);
    else problems.push({ silo, problem: found(silo, first) });
  }
  return problems;
}

const duplicateId = (silo: Silo, first: Silo): Problem =>
  problem(
    "DUPLICATE_SILO_ID",
    ["silo_id"],
    `The silo_id ${silo.spec.silo_id} is already that of ${first.file}`,
    "Give the newer silo an id of its own",
  );

const nameCollision = (silo: Silo, first: Silo): Problem =>
  problem(
    "NAME_COLLISION",
    ["client_slug"],
    `Client ${silo.slugs.client} with app ${silo.slugs.app} has the same app and secret names as ${first.file}`,
    "Choose slugs that differ when they are joined by a hyphen",
  );

interface SecretName {
  readonly silo: Silo;
  readonly path: Path;
}

/**
 * The variables from which two silos would read their secrets: client `a` app `b` with the name
 * `C_D` and client `a` app `b-c` with the name `D` are one variable.
 */
function secretCollisions(silos: readonly Silo[]): readonly FleetProblem[] {
  const firsts = new Map<string, SecretName>();
  const problems: FleetProblem[] = [];
  for (const silo of silos) {
    for (const [variable, path] of secretVariables(silo)) {
      const first = firsts.get(variable);
      if (first === undefined) firsts.set(variable, { silo, path });
      else if (first.silo.slug !== silo.slug) {
        problems.push({ silo, problem: secretCollision(variable, path, first.silo) });
      }
    }
  }
  return problems;
}

function secretVariables({ slugs, spec }: Silo): Map<string, Path> {
  const variables = new Map<string, Path>();
  for (const service of serviceNames) {
    for (const [at, name] of spec.devenv.services[service].secret_env.entries()) {
      const path = ["devenv", "services", service, "secret_env", at];
      variables.set(secretEnvVariable(slugs, name), path);
    }
  }
  return variables;
}

const secretCollision = (variable: string, path: Path, first: Silo): Problem =>
  problem(
    "NAME_COLLISION",
    path,
    `Its value is read from ${variable}, which is also a secret of ${first.file}`,
    "Choose slugs or a name that give a variable of its own",
  );
