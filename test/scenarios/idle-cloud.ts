/** A running silo of a test cloud, its users, and what auto-stop says of it. */

import { expect } from "vitest";
import { isSession } from "#emulators/postgres/database.ts";
import type { Credentials } from "#silo/credentials.ts";
import type { Cloud, CloudOptions } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { resumeCloud, runningSilo, type SavedCloud } from "./stacks.ts";

export const minute = 60_000;
export const rest = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";

export interface RunningSilo extends SavedCloud {
  readonly credentials: Credentials;
}

/** Made once for a whole file of tests. */
export async function usableSilo(): Promise<RunningSilo> {
  const saved = await runningSilo();
  // Signing takes real time, in which a virtual clock would go on.
  const credentials = await derivedCredentials(await resumeCloud(saved), "acme-erp");
  return { ...saved, credentials };
}

export interface IdleCloud extends Cloud {
  later(minutes: number): Promise<void>;
  /** A frontend asks for something; the status of the answer. */
  visit(): Promise<number>;
  /** A client of Postgres, over the public address. */
  connect(applicationName: string): ReturnType<typeof connectAs>;
  /** One tick: what auto-stop found of the silo, and did. */
  decided(): Promise<{ decision: string; reason: string; evidence: string[] }>;
}

/** Without a master key, as the environment of auto-stop is. */
export async function idleCloud(
  { credentials, ...saved }: RunningSilo,
  options: CloudOptions = {},
): Promise<IdleCloud> {
  const environment = { SILO_MASTER_KEY: "", ...options.environment };
  return withUsers(await resumeCloud(saved, { ...options, environment }), credentials);
}

function withUsers(cloud: Cloud, credentials: Credentials): IdleCloud {
  return {
    ...cloud,
    later: (minutes) => cloud.clock.sleep(minutes * minute),
    async visit() {
      const headers = { apikey: credentials.anonKey.reveal() };
      return (await cloud.fly.proxy(rest, { headers })).status;
    },
    connect: (applicationName) => connectAs(cloud, credentials, applicationName),
    async decided() {
      const run = await cloud.run("auto-stop acme-erp --format json");
      expect(run, run.stderr).toMatchObject({ exitCode: 0 });
      return JSON.parse(run.stdout).silos[0];
    },
  };
}

async function connectAs({ fly }: Cloud, credentials: Credentials, applicationName: string) {
  const session = await fly.connectDatabase("devenv-acme-erp-pg", {
    user: "postgres",
    database: "postgres",
    password: credentials.passwords.postgres.reveal(),
    applicationName,
  });
  if (!session || !isSession(session)) throw new Error(session?.message ?? "nothing answers");
  return session;
}
