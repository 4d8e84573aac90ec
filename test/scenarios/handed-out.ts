/** What stands on GitHub, read as a workflow of each role would, secrets opened; and what should. */

import { createGitHubClient } from "#clients/github/client.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { Secret } from "#silo/secret.ts";
import type { GitHubWrites } from "#world/github.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

export const repo = "somtech/silos";
export const url = "https://devenv-acme-erp-kong.fly.dev";

export const aRepo = (more: Partial<RepositorySeed> = {}): RepositorySeed => ({
  name: repo,
  ...guarded,
  ...more,
});

export const cloudWith = (seed: RepositorySeed, more: Partial<CloudOptions> = {}): Cloud =>
  aCloud({
    github: { repositories: [seed] },
    files: { "silos/acme-erp.yml": specText() },
    ...more,
  });

export function hubOf({ github }: Cloud) {
  if (!github) throw new Error("There is no GitHub");
  return github;
}

/** A person with a token of their own. */
export function aPerson(cloud: Cloud): GitHubWrites {
  return createGitHubClient({
    fetch: hubOf(cloud).fetch,
    clock: cloud.clock,
    random: { bytes: (length) => new Uint8Array(length).fill(7) },
    token: new Secret("local"),
  });
}

type Row = Readonly<Record<string, string>>;
export type Standing = Readonly<Record<"repository" | "devops" | "auditor", Row>>;

export function standing(cloud: Cloud): Standing {
  const read = (place: Parameters<ReturnType<typeof hubOf>["reveal"]>[1]): Row => {
    const { secrets, variables } = hubOf(cloud).reveal(repo, place);
    return { ...Object.fromEntries(secrets), ...Object.fromEntries(variables) };
  };
  return {
    repository: read("repository"),
    devops: read({ environment: "silo-acme-erp-devops" }),
    auditor: read({ environment: "silo-acme-erp-security-auditor" }),
  };
}

export const nothing: Standing = { repository: {}, devops: {}, auditor: {} };

export async function expectedWhileRunning(cloud: Cloud): Promise<Standing> {
  const keys = await derivedCredentials(cloud, "acme-erp");
  const host = "devenv-acme-erp-pg.fly.dev";
  const dsn = (password: string) =>
    `postgres://postgres:${password}@${host}:5432/postgres?sslmode=require`;
  const password = keys.passwords.postgres.reveal();
  return {
    repository: {
      SILO_ACME_ERP_SUPABASE_URL: url,
      SILO_ACME_ERP_SUPABASE_ANON_KEY: keys.anonKey.reveal(),
    },
    devops: {
      SILO_ACME_ERP_SUPABASE_URL: url,
      SILO_ACME_ERP_SUPABASE_ANON_KEY: keys.anonKey.reveal(),
      SILO_ACME_ERP_SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey.reveal(),
      SILO_ACME_ERP_DB_CONNECTION_STRING: dsn(password),
      SILO_ACME_ERP_DB_PASSWORD: password,
      SILO_ACME_ERP_STUDIO_URL: "https://devenv-acme-erp-studio.fly.dev",
      SILO_ACME_ERP_STUDIO_USERNAME: "supabase",
      SILO_ACME_ERP_STUDIO_PASSWORD: keys.studioPassword.reveal(),
    },
    auditor: { SILO_ACME_ERP_DB_CONNECTION_STRING_MASKED: dsn("***") },
  };
}

/** What the matrix leaves: developers have nothing, the others a warning beside what is theirs. */
export async function expectedWhileDegraded(cloud: Cloud): Promise<Standing> {
  const { devops, auditor } = await expectedWhileRunning(cloud);
  const flag = { SILO_ACME_ERP_UNSAFE: standing(cloud).devops.SILO_ACME_ERP_UNSAFE ?? "missing" };
  return { repository: {}, devops: { ...devops, ...flag }, auditor: { ...auditor, ...flag } };
}

/** Writes that change what stands there, since so many requests. */
export function handOutsSince(cloud: Cloud, count: number): readonly string[] {
  return hubOf(cloud)
    .requests.slice(count)
    .filter(({ method, path }) => method !== "GET" && /secrets|variables|environments/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
}
