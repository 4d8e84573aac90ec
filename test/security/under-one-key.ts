/** Silos that were all made under the one master key of the tests. */

import { expect } from "vitest";
import type { Credentials } from "#silo/credentials.ts";
import { type SavedCloud, saveCloud } from "../scenarios/stacks.ts";
import { aCloud } from "../support/a-cloud.ts";
import { derivedCredentials } from "../support/derived.ts";
import { specText } from "../support/spec-text.ts";

export interface UnderOneKey {
  readonly fleet: SavedCloud;
  readonly single: SavedCloud;
  /** Of the single one. */
  readonly old: Credentials;
}

export async function underOneKey(files: Readonly<Record<string, string>>): Promise<UnderOneKey> {
  const cloud = aCloud({ files });
  expect(await cloud.run("apply")).toMatchObject({ exitCode: 0 });
  const alone = aCloud({ files: { "silos/acme-erp.yml": specText() } });
  expect(await alone.run("apply acme-erp")).toMatchObject({ exitCode: 0 });
  return {
    fleet: saveCloud(cloud),
    single: saveCloud(alone),
    old: await derivedCredentials(alone, "acme-erp"),
  };
}
