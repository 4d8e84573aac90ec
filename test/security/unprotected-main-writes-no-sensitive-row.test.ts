/** Sensitive rows are written only where code owners read every change that could lead to them. */

import { describe, expect, test } from "vitest";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { guardedPaths } from "#state/branch-guard.ts";
import { unownedPaths } from "#state/code-owners.ts";
import { aCloud } from "../support/a-cloud.ts";
import { aSilo } from "../support/a-silo.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

const repo = "somtech/silos";
const rule = { branch: "main", requiredReviews: 1, codeOwners: true };
const devops = { environment: "silo-acme-erp-devops" };
const withMigrations = specText({ devenv: "  migrations: db/migrations" });
const own = ["/.github/", "/action.yml", "/dist/", "/silo.config.yml", "/silos/"];
const ownersOf = (paths: readonly string[]) =>
  paths.map((path) => `${path} @somtech/ops\n`).join("");

async function applied(
  seed: Partial<RepositorySeed>,
  files: Readonly<Record<string, string>> = { "silos/acme-erp.yml": specText() },
) {
  const cloud = aCloud({ files, github: { repositories: [{ name: repo, ...guarded, ...seed }] } });
  const { exitCode, stderr } = await cloud.run("apply acme-erp");
  expect(exitCode, stderr).toBe(0);
  return {
    stderr,
    sensitive: cloud.github?.reveal(repo, devops).secrets.size,
    public: [...(cloud.github?.reveal(repo, "repository").secrets.keys() ?? [])],
  };
}

describe("unprotected-main-writes-no-sensitive-row", () => {
  test.each<[string, Partial<RepositorySeed>, RegExp]>([
    ["no rule", { rules: [] }, /asks for no review on main/],
    ["a review of nobody", { rules: [{ ...rule, requiredReviews: 0 }] }, /asks for no review/],
    [
      "no code owners' review",
      { rules: [{ ...rule, codeOwners: false }] },
      /does not ask code owners/,
    ],
    ["another branch's rule", { rules: [{ ...rule, branch: "next" }] }, /asks for no review/],
    ["no file of code owners", { files: { "README.md": "#" } }, /CODEOWNERS .* names nobody/],
    ...own.map((left): [string, Partial<RepositorySeed>, RegExp] => [
      `nobody for ${left}`,
      { files: { CODEOWNERS: ownersOf(own.filter((path) => path !== left)) } },
      new RegExp(`names nobody for ${left.slice(1).replaceAll(".", "\\.")}`),
    ]),
  ])("%s", async (_what, seed, reason) => {
    const { stderr, sensitive, public: others } = await applied(seed);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain("nothing is handed out in silo-acme-erp-devops");
    expect(sensitive).toBe(0);
    expect(others).toEqual(["SILO_ACME_ERP_SUPABASE_ANON_KEY"]);
  });

  test("migrations are among what code owners must guard", async () => {
    const seed = { files: { CODEOWNERS: ownersOf(own) } };
    const files = {
      "silos/acme-erp.yml": withMigrations,
      "db/migrations/README.md": "none yet\n",
    };
    expect((await applied(seed, files)).sensitive).toBe(0);
    const guardedToo = { files: { CODEOWNERS: ownersOf([...own, "/db/migrations/"]) } };
    expect((await applied(guardedToo, files)).sensitive).toBeGreaterThan(0);
  });

  test("so is the seed", () => {
    const silo = aSilo({ devenv: { migrations: "db/migrations/", seed: "db/seed.sql" } });
    const paths = guardedPaths(repo, repo, [silo]);
    expect(paths.slice(-2)).toEqual(["db/migrations/", "db/seed.sql"]);
    expect(unownedPaths(ownersOf([...own, "/db/migrations/"]), paths)).toEqual(["db/seed.sql"]);
    expect(unownedPaths(ownersOf([...own, "/db/"]), paths)).toEqual([]);
  });

  test.each(["protection", "ruleset"] as const)(
    "a %s with code owners lets them out",
    async (kind) => {
      const seed = { rules: [{ ...rule, kind }], files: { CODEOWNERS: ownersOf(own) } };
      expect((await applied(seed)).sensitive).toBeGreaterThan(0);
    },
  );

  test("only allow_unprotected overrides", async () => {
    const files = {
      "silos/acme-erp.yml": specText(),
      "silo.config.yml": "github: { allow_unprotected: true }\n",
    };
    expect((await applied({ rules: [] }, files)).sensitive).toBeGreaterThan(0);
  });

  test("what was written while it was guarded is taken back at the next writing", async () => {
    const guards = { ...guarded, files: { CODEOWNERS: ownersOf(own) } };
    const cloud = aCloud({
      files: {
        "silos/acme-erp.yml": specText(),
        "silo.config.yml": "github: { allow_unprotected: true }\n",
      },
      github: { repositories: [{ name: repo, ...guards, rules: [] }] },
    });
    await cloud.run("apply acme-erp");
    expect(cloud.github?.reveal(repo, devops).secrets.size).toBeGreaterThan(0);
    cloud.files.write("silo.config.yml", "github: { allow_unprotected: false }\n");
    const { stderr } = await cloud.run("apply acme-erp");
    expect(stderr).toContain("nothing is handed out in silo-acme-erp-devops");
    expect(cloud.github?.reveal(repo, devops).secrets.size).toBe(0);
    expect(cloud.github?.reveal(repo, devops).variables.size).toBe(0);
  });
});
