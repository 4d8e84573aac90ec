/** The table of docs/github.md of permissions, and doctor's, are one. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secretsTokenPermissions } from "#silo/token-permissions.ts";

it("docs/github.md lists what SILO_SECRETS_TOKEN has to be allowed, and nothing else", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../docs/github.md"), "utf8");
  const rows = [...readme.matchAll(/^\| (\w+: (?:read|write)) \| (.+) \|$/gm)];
  expect(rows.map(([, permission, why]) => `${permission}, ${why}`)).toEqual(
    secretsTokenPermissions.map(({ name, level, why }) => `${name}: ${level}, ${why}`),
  );
});
