/** Specs with a mode of row level security, and what is in force. */

import { expect } from "vitest";
import type { RlsMode } from "#state/rls.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";

export const file = "silos/acme-erp.yml";

export const specOf = (mode: RlsMode, until = "2027-03-01") =>
  specText({
    devenv: mode === "production" ? "" : `  rls_mode: ${mode}\n  rls_until: ${until}`,
  });

export async function done(cloud: Cloud, line: string) {
  const run = await cloud.run(line);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
  return run;
}

export async function inForce(cloud: Cloud): Promise<readonly string[]> {
  const sql =
    "select rolname, rolbypassrls from pg_roles where rolname in ('anon','authenticated') order by rolname";
  const { stdout } = await done(cloud, `psql acme-erp --user supabase_admin -c "${sql}"`);
  return [...stdout.matchAll(/(anon|authenticated)\s+\| t/g)].map(([, role = ""]) => role);
}
