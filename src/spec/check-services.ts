/** Sizes, images and variables of the six services. */

import { type ServiceName, serviceNames } from "#silo/names.ts";
import type { ServiceSpec, Services } from "#silo/spec.generated.ts";
import { checkImage } from "./check-images.ts";
import { type Path, type Problem, problem } from "./finding.ts";
import { secretLook } from "./secret-look.ts";

/** Adds what is wrong with the services to `problems`. */
export function checkServices(
  services: Services,
  registries: readonly string[],
  problems: Problem[],
): void {
  for (const name of serviceNames) {
    const service = services[name];
    const path = ["devenv", "services", name];
    // Asked for every file, so the good case must not allocate.
    if (isBadGuest(service)) problems.push(guestProblem(service, path));
    if (!isKnownGood(service.image, registries)) {
      problems.push(...checkImage(service.image, registries, [...path, "image"]));
    }
    checkVariables(name, service, path, problems);
  }
}

/** The last allow-list asked for, and the images found to be good under it. */
let goodUnder: readonly string[] = [];
let good = new Set<string>();

function isKnownGood(image: string, registries: readonly string[]): boolean {
  if (goodUnder !== registries) [goodUnder, good] = [registries, new Set()];
  if (good.has(image)) return true;
  if (checkImage(image, registries, []).length > 0) return false;
  good.add(image);
  return true;
}

/** Fly's rules for a guest (superfly/fly-go machine_types.go, 2026). */
const guestRules = {
  shared: { cpus: [1, 2, 4, 6, 8], least: 256, most: 2048, step: 256 },
  performance: { cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16], least: 2048, most: 8192, step: 1024 },
} as const;

function isBadGuest({ cpu_kind, cpus, memory_mb }: ServiceSpec): boolean {
  const { cpus: allowed, least, most, step } = guestRules[cpu_kind];
  return (
    memory_mb < least * cpus ||
    memory_mb > most * cpus ||
    memory_mb % step !== 0 ||
    !allowed.some((count) => count === cpus)
  );
}

function guestProblem({ cpu_kind, cpus, memory_mb }: ServiceSpec, path: Path): Problem {
  const { cpus: allowed, least, most, step } = guestRules[cpu_kind];
  if (!allowed.some((count) => count === cpus)) {
    const message = `Fly has no machine with ${cpus} ${cpu_kind} CPUs`;
    return problem("GUEST_SIZE", [...path, "cpus"], message, `Write ${allowed.join(", ")}`);
  }
  return problem(
    "GUEST_SIZE",
    [...path, "memory_mb"],
    `Fly has no machine with ${cpus} ${cpu_kind} CPU${cpus === 1 ? "" : "s"} and ${memory_mb} MB`,
    `Write ${least * cpus} to ${most * cpus}, in steps of ${step}`,
  );
}

function checkVariables(
  name: ServiceName,
  { env, secret_env }: ServiceSpec,
  path: Path,
  problems: Problem[],
): void {
  for (const variable in env) {
    const value = env[variable] ?? "";
    const look = secretLook(variable, value);
    if (look !== undefined) problems.push(secretInEnv(name, variable, look, [...path, "env"]));
  }
  for (const [at, variable] of secret_env.entries()) {
    if (!Object.hasOwn(env, variable)) continue;
    problems.push(
      problem(
        "ENV_TWICE",
        [...path, "secret_env", at],
        `${variable} of ${name} is in env and in secret_env`,
        "Keep it in secret_env when its value is secret, else in env",
      ),
    );
  }
}

const secretInEnv = (name: string, variable: string, look: string, path: Path): Problem =>
  problem(
    "SECRET_VALUE",
    [...path, variable],
    `The value of ${variable} of ${name} looks like ${look}`,
    `Name it under secret_env, keep the value as a GitHub secret, and treat what was written here as leaked`,
  );
