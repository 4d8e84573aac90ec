/** Running `silo doctor` and looking for what it says. */

import { expect } from "vitest";
import type { CheckedFinding } from "#checks/run-checks.ts";
import { aCloud, type Cloud, type CloudOptions } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

export const repo = "somtech/silos";

/** Everything that doctor asks for is there, but for what a test changes. */
export const aSoundCloud = (more: CloudOptions = {}): Cloud =>
  aCloud({
    orgs: ["acme-erp"],
    files: { "silos/acme-erp.yml": specText() },
    ...more,
    github: { repositories: [{ name: repo, ...guarded }], ...more.github },
    environment: { SILO_SECRETS_TOKEN: "local", ...more.environment },
  });

export interface Diagnosis {
  readonly exitCode: number;
  readonly findings: readonly CheckedFinding[];
  /** Those of one check, as `verdict about: text`. */
  of(check: string): readonly string[];
}

export async function diagnose(
  cloud: Cloud,
  environment: Readonly<Record<string, string>> = {},
): Promise<Diagnosis> {
  const { exitCode, stdout, stderr } = await cloud.run("doctor --format json", { environment });
  expect(stdout, stderr).toMatch(/^\{/);
  const { findings }: { findings: readonly CheckedFinding[] } = JSON.parse(stdout);
  for (const { verdict, fix, text } of findings) {
    if (verdict !== "ok") expect(fix, text).toBeTruthy();
    expect(text).not.toContain("\n");
  }
  return {
    exitCode,
    findings,
    of: (check) =>
      findings
        .filter((finding) => finding.check === check)
        .map(({ verdict, about, text }) => `${verdict} ${about}: ${text}`),
  };
}
