/**
 * The action as a runner gets it: bundled from these very sources, once a run of the tests, into a
 * folder of its own. Never the one of dist/, which may be of yesterday.
 */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundleAction } from "../../scripts/bundle.ts";

const root = join(import.meta.dirname, "../..");

declare module "vitest" {
  interface ProvidedContext {
    readonly actionFolder: string;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "silo-action-"));
  for (const file of ["package.json", "action.yml"]) cpSync(join(root, file), join(folder, file));
  await bundleAction({ root, outdir: join(folder, "dist/action") });
  project.provide("actionFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
