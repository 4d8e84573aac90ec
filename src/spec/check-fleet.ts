/** What only shows when silos are seen together: two that would share an identity or a name. */

import { secretEnvVariable, serviceNames } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import { type Path, type Problem, problem } from "./finding.ts";

export interface FleetProblem {
  readonly silo: Silo;
  readonly problem: Problem;
}

/**
 * Silos in the order of their files. Of two with one name the later is reported; of two that read one
 * variable both are, or whoever adds a file could apply just that one and read the other's secret.
 */
export function checkFleet(silos: readonly Silo[]): readonly FleetProblem[] {
  const byId = new Map<string, Silo>();
  const bySlug = new Map<string, Silo>();
  const problems: FleetProblem[] = [];
  for (const silo of silos) {
    const sameId = firstOf(byId, silo.spec.silo_id, silo);
    if (sameId !== silo) problems.push({ silo, problem: duplicateId(silo, sameId) });
    const sameSlug = firstOf(bySlug, silo.slug, silo);
    if (sameSlug !== silo) problems.push(nameCollision(sameSlug, silo));
  }
  for (const silo of silos) problems.push(...secretCollisions(silo, bySlug));
  return problems;
}

/** The silo that has the key already, else this one. */
function firstOf(firsts: Map<string, Silo>, key: string, silo: Silo): Silo {
  const first = firsts.get(key);
  if (first === undefined) firsts.set(key, silo);
  return first ?? silo;
}

const duplicateId = (silo: Silo, first: Silo): Problem =>
  problem(
    "DUPLICATE_SILO_ID",
    ["silo_id"],
    `The silo_id ${silo.spec.silo_id} is already that of ${first.file}`,
    "Give the newer silo an id of its own",
  );

/** Of two, the one in a file of another name is at fault, else the later one. */
function nameCollision(first: Silo, second: Silo): FleetProblem {
  const [silo, other] =
    hasOwnName(first) || !hasOwnName(second) ? [second, first] : [first, second];
  const { client, app } = silo.slugs;
  const found = problem(
    "NAME_COLLISION",
    ["client_slug"],
    `Client ${client} with app ${app} has the same app and secret names as ${other.file}`,
    "Choose slugs that differ when they are joined by a hyphen",
  );
  return { silo, problem: found };
}

const hasOwnName = ({ file, slug }: Silo): boolean => file.endsWith(`/${slug}.yml`);

/**
 * The variables from which two silos would read their secrets: client `a` app `b` with the name
 * `C_D` and client `a` app `b-c` with the name `D` are one variable. That takes two slugs of which
 * one begins with the other, so only such pairs are looked at.
 */
function secretCollisions(silo: Silo, bySlug: ReadonlyMap<string, Silo>): readonly FleetProblem[] {
  const shorter = parentSlugs(silo.slug).flatMap((slug) => bySlug.get(slug) ?? []);
  return shorter.flatMap((other) => [...collisionsOf(silo, other), ...collisionsOf(other, silo)]);
}

/** `a-b` and `a` of `a-b-c`. */
function parentSlugs(slug: string): string[] {
  const parents: string[] = [];
  for (let at = slug.lastIndexOf("-"); at > 0; at = slug.lastIndexOf("-", at - 1)) {
    parents.push(slug.slice(0, at));
  }
  return parents;
}

function collisionsOf(silo: Silo, other: Silo): readonly FleetProblem[] {
  const taken = new Set(secretVariables(other).map(({ variable }) => variable));
  return secretVariables(silo)
    .filter(({ variable }) => taken.has(variable))
    .map(({ variable, path }) => ({ silo, problem: secretCollision(variable, path, other) }));
}

interface SecretVariable {
  readonly variable: string;
  readonly path: Path;
}

const secretVariables = ({ slugs, spec }: Silo): readonly SecretVariable[] =>
  serviceNames.flatMap((service) =>
    spec.devenv.services[service].secret_env.map((name, at) => ({
      variable: secretEnvVariable(slugs, name),
      path: ["devenv", "services", service, "secret_env", at],
    })),
  );

const secretCollision = (variable: string, path: Path, first: Silo): Problem =>
  problem(
    "NAME_COLLISION",
    path,
    `Its value is read from ${variable}, which is also a secret of ${first.file}`,
    "Choose slugs or a name that give a variable of its own",
  );
