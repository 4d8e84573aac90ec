/** The inputs that are secrets: hidden before anything else happens, and explained when missing. */

import { Refused } from "#silo/errors.ts";
import type { Event } from "./event.ts";
import type { Runner } from "./runner.ts";

/** By the variable that stands for the input on the command line. */
const credentialInputs = {
  FLY_API_TOKEN: "fly-api-token",
  SILO_MASTER_KEY: "master-key",
  SILO_MASTER_KEY_PREVIOUS: "master-key-previous",
  GITHUB_TOKEN: "github-token",
  SILO_SECRETS_TOKEN: "secrets-token",
  NETLIFY_AUTH_TOKEN: "netlify-token",
} as const;

type CredentialName = keyof typeof credentialInputs;

const isCredential = (name: string): name is CredentialName =>
  Object.hasOwn(credentialInputs, name);

/** A shorter text would blot out innocent parts of the log. */
const shortestMask = 5;

export function maskCredentials(runner: Pick<Runner, "input" | "mask">): void {
  for (const input of Object.values(credentialInputs)) {
    const value = runner.input(input);
    // An input may hold several tokens, and what is refused of them names one.
    for (const part of new Set([value, ...value.split(/[\s,]+/)])) {
      if (part.length >= shortestMask) runner.mask(part);
    }
  }
}

/** Credentials come by inputs only; whatever else a command asks for is of the environment. */
export function variablesFrom(
  runner: Pick<Runner, "input">,
  environment: Readonly<Record<string, string | undefined>>,
): (name: string) => string | undefined {
  return (name) =>
    isCredential(name) ? runner.input(credentialInputs[name]) || undefined : environment[name];
}

/** Throws `Refused` that says why an input may be empty although the workflow names a secret. */
export function assertGiven(
  name: CredentialName,
  variable: (name: string) => string | undefined,
  event: Event,
): void {
  if (variable(name)) return;
  const input = credentialInputs[name];
  throw new Refused(`The input ${input} is empty`, { exitCode: 2, fix: whyEmpty(name, event) });
}

const environments: Readonly<Partial<Record<CredentialName, string>>> = {
  FLY_API_TOKEN: "silo-plan, silo-operate or silo-manager",
  SILO_MASTER_KEY: "silo-manager",
  SILO_MASTER_KEY_PREVIOUS: "silo-manager",
};

function whyEmpty(name: CredentialName, { pull, actor }: Event): string {
  if (pull?.isFork) {
    return "a pull request from a fork gets no secrets; `command: validate` needs none";
  }
  if (actor === "dependabot[bot]") {
    return "runs by Dependabot get no secrets of Actions; `command: validate` needs none";
  }
  const environment = environments[name];
  const where = environment
    ? `name the environment that holds it (${environment}) in the job, and `
    : "";
  return `${where}pass it: \`${credentialInputs[name]}: \${{ secrets.${name} }}\``;
}
