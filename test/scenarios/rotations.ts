/** What holds once `silo rotate` is done, and what the record says of it. */

import { expect } from "vitest";
import { scramVerifier } from "#services/scram.ts";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import type { Cloud, Run } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { expectSettled, expectWhole, stackOf } from "./stacks.ts";

const suffixes = ["pg", "rest", "auth", "kong", "storage", "studio"];
const restUrl = "https://devenv-acme-erp-kong.fly.dev/rest/v1/";

export async function statusOf({ fly }: Pick<Cloud, "fly">, keys: Credentials): Promise<number> {
  return (await fly.proxy(restUrl, { headers: { apikey: keys.anonKey.reveal() } })).status;
}

export async function metadataOf(
  cloud: Pick<Cloud, "fly">,
  suffix: string,
  slug = "acme-erp",
): Promise<Readonly<Record<string, string>>> {
  const { machines } = await stackOf(cloud);
  const machine = machines.find(({ app }) => app === `devenv-${slug}-${suffix}`);
  return machine?.versions.at(-1)?.config.metadata ?? {};
}

export const generationsOn = (metadata: Readonly<Record<string, string>>) =>
  Object.entries(metadata).filter(([key]) => key.startsWith("silo_gen_"));

/** As the database has them; verifiers are the same text for the same password. */
export async function expectPasswords(cloud: Cloud, keys: Credentials): Promise<void> {
  const roles = loginRoles.map((role) => `'${role}'`).join(",");
  const sql = `select rolname, rolpassword from pg_authid where rolname in (${roles})`;
  const { stdout } = await cloud.run(`psql acme-erp --user supabase_admin -c "${sql}"`);
  for (const role of loginRoles) {
    expect(stdout, role).toContain(scramVerifier(keys.passwords[role].reveal(), role));
  }
}

export async function expectRotated(
  cloud: Cloud,
  old: Credentials,
  generation: number,
  masterKey?: string,
): Promise<void> {
  // What this test reads counts against the limits of Fly too.
  await cloud.clock.sleep(5_000);
  const keys = await derivedCredentials(cloud, "acme-erp", masterKey);
  expect(keys.generation).toBe(generation);
  expect(await statusOf(cloud, old)).toBe(401);
  expect(await statusOf(cloud, keys)).toBe(200);
  await expectPasswords(cloud, keys);
  const [first, ...others] = await Promise.all(suffixes.map((one) => metadataOf(cloud, one)));
  expect(generationsOn(first ?? {})).toHaveLength(generation);
  for (const other of others) expect(generationsOn(other)).toEqual(generationsOn(first ?? {}));
  expect(await metadataOf(cloud, "kong")).not.toHaveProperty("silo_rotation");
  await expectWhole(cloud);
  await expectSettled(cloud);
}

/** Runs a command that must succeed. */
export const rotated = async (cloud: Cloud, line = "rotate acme-erp"): Promise<Run> => {
  const run = await cloud.run(line);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
  return run;
};
