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
    // Asked for every file, so the good case must not allocate.
    if (isBadGuest(service)) problems.push(guestProblem(service, pathOf(name)));
    if (!isKnownGood(service.image, registries)) {
      problems.push(...checkImage(service.image, registries, [...pathOf(name), "image"]));
    }
    checkVariables(name, service, problems);
  }
}

const pathOf = (name: ServiceName): Path => ["devenv", "services", name];

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

interface GuestRule {
  readonly cpus: readonly number[];
  /** MB for each CPU. */
  readonly least: number;
  readonly most: number;
  /** MB. */
  readonly step: number;
}

/** Fly's rules for a guest (superfly/fly-go machine_types.go, 2026). */
const guestRules: Readonly<Record<ServiceSpec["cpu_kind"], GuestRule>> = {
  shared: { cpus: [1, 2, 4, 6, 8], least: 256, most: 2048, step: 256 },
  performance: { cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16], least: 2048, most: 8192, step: 1024 },
};

function isBadGuest({ cpu_kind, cpus, memory_mb }: ServiceSpec): boolean {
  const rules = guestRules[cpu_kind];
  return (
    memory_mb < rules.least * cpus ||
    memory_mb > rules.most * cpus ||
    memory_mb % rules.step !== 0 ||
    !rules.cpus.includes(cpus)
  );
}

function guestProblem({ cpu_kind, cpus, memory_mb }: ServiceSpec, path: Path): Problem {
  const { cpus: allowed, least, most, step } = guestRules[cpu_kind];
  if (!allowed.includes(cpus)) {
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
  problems: Problem[],
): void {
  for (const variable in env) {
    const look = secretLook(variable, env[variable] ?? "");
    if (look !== undefined) problems.push(secretInEnv(name, variable, look));
  }
  for (let at = 0; at < secret_env.length; at += 1) {
    const variable = secret_env[at] ?? "";
    if (Object.hasOwn(env, variable)) problems.push(envTwice(name, variable, at));
  }
}

const envTwice = (name: ServiceName, variable: string, at: number): Problem =>
  problem(
    "ENV_TWICE",
    [...pathOf(name), "secret_env", at],
    `${variable} of ${name} is in env and in secret_env`,
    "Keep it in secret_env when its value is secret, else in env",
  );

const secretInEnv = (name: ServiceName, variable: string, look: string): Problem =>
  problem(
    "SECRET_VALUE",
    [...pathOf(name), "env", variable],
    `The value of ${variable} of ${name} looks like ${look}`,
    "Name it under secret_env, keep the value as a GitHub secret, and treat what was written here as leaked",
  );
