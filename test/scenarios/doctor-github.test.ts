/** What doctor says of GitHub: the token's permissions, the branch, the limits. */

import { expect, test } from "vitest";
import type { GitHubEmulatorOptions } from "#emulators/github/emulator.ts";
import type { RepositorySeed } from "#emulators/github/options.ts";
import { secretsTokenPermissions } from "#silo/token-permissions.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import { aSoundCloud, diagnose, repo } from "./doctor.ts";

const withRepo = (seed: Partial<RepositorySeed>, more: Parameters<typeof aSoundCloud>[0] = {}) =>
  aSoundCloud({ ...more, github: { repositories: [{ name: repo, ...guarded, ...seed }] } });

/** Exactly what the table asks for, by the names that the API has for it. */
const allPermissions = Object.fromEntries(
  secretsTokenPermissions.map(({ name, level }) => [
    name === "variables" ? "actions_variables" : name,
    level,
  ]),
);

const { administration: _administration, ...withoutAdministration } = allPermissions;

function withPermissions(permissions: Readonly<Record<string, "read" | "write">>) {
  const tokens: GitHubEmulatorOptions["tokens"] = [
    { token: "job", kind: "github_token" },
    { token: "secrets", kind: "app", permissions },
    { token: "narrow", kind: "app", permissions: withoutAdministration },
  ];
  const environment = { GITHUB_TOKEN: "job", SILO_SECRETS_TOKEN: "secrets" };
  return aSoundCloud({
    environment,
    github: { repositories: [{ name: repo, ...guarded }], tokens },
  });
}

test("a token that may do all that it has to", async () => {
  const cloud = withPermissions(allPermissions);
  await cloud.run("doctor --setup --reviewer octocat");
  const before = cloud.github?.save();
  const { of } = await diagnose(cloud);
  expect(of("github-token")).toEqual(
    secretsTokenPermissions.map(({ name, level, why }) =>
      expect.stringContaining(`ok SILO_SECRETS_TOKEN: has \`${name}: ${level}\` (${why})`),
    ),
  );
  // Trying a permission changed nothing at all.
  expect(cloud.github?.save().repos).toEqual(before?.repos);
  expect(cloud.violations()).toEqual([]);
});

/** As any job does that names one: it is made, and open. */
async function nameEnvironment({ github }: Cloud): Promise<void> {
  await github?.fetch(`http://github.local/repos/${repo}/deployments`, {
    method: "POST",
    headers: { authorization: "Bearer job" },
    body: JSON.stringify({ ref: "main", environment: "any", required_contexts: [] }),
  });
}

test.each([
  ["secrets", "secrets", "read"],
  ["variables", "actions_variables", "read"],
  ["environments", "environments", "read"],
  ["administration", "administration", "read"],
  ["contents", "contents", undefined],
  ["actions", "actions", undefined],
] as const)("a token that may not do enough with %s", async (name, ofApi, level) => {
  const { [ofApi]: _left, ...rest } = allPermissions;
  const cloud = withPermissions(level === undefined ? rest : { ...rest, [ofApi]: level });
  await nameEnvironment(cloud);
  const { of, exitCode } = await diagnose(cloud);
  const said = of("github-token").filter((line) => line.includes(`\`${name}: `));
  expect(said).toEqual([expect.stringMatching(/^failed SILO_SECRETS_TOKEN: lacks /)]);
  expect(exitCode).not.toBe(0);
});

const devops = { environment: "silo-acme-erp-devops" };

test("the table is enough for the whole life of a silo", async () => {
  const cloud = withPermissions(allPermissions);
  const files = specText({ devenv: "  prevent_destroy: false" });
  cloud.files.write("silos/acme-erp.yml", files);
  for (const line of [
    "doctor --setup --reviewer octocat",
    "apply",
    "stop acme-erp",
    "start acme-erp",
    "rotate acme-erp",
    "destroy acme-erp --now --allow-destroy",
  ]) {
    const { exitCode, stderr } = await cloud.run(line);
    expect(exitCode, `${line}: ${stderr}`).toBe(0);
    expect(stderr).not.toContain("nothing is handed out");
  }
});

test("once the environments are there, a start needs no administration, where a ruleset guards", async () => {
  const cloud = withPermissions(allPermissions);
  await cloud.run("apply");
  await cloud.run("stop acme-erp");
  const { exitCode, stderr } = await cloud.run("start acme-erp", {
    environment: { SILO_SECRETS_TOKEN: "narrow" },
  });
  expect(exitCode, stderr).toBe(0);
  expect(cloud.github?.reveal(repo, devops).secrets.size).toBeGreaterThan(0);
});

test("what needs an environment is unknown before there is one", async () => {
  const { of } = await diagnose(withPermissions(allPermissions));
  expect(of("github-token").filter((line) => line.startsWith("unknown"))).toEqual([
    expect.stringContaining("`environments: write` can be tried only on an environment"),
    expect.stringContaining("`administration: write` can be tried only on an environment"),
  ]);
});

test("no SILO_SECRETS_TOKEN, and no repository", async () => {
  const without = await diagnose(aSoundCloud({ environment: { SILO_SECRETS_TOKEN: "" } }));
  expect(without.of("github-token")).toEqual([
    expect.stringMatching(/^failed SILO_SECRETS_TOKEN: is not set, and GITHUB_TOKEN can never/),
  ]);
  const nowhere = await diagnose(aCloud({ files: { "silos/acme-erp.yml": specText() } }));
  expect(nowhere.of("github-token")).toEqual([
    expect.stringMatching(/^unknown GITHUB_REPOSITORY: is not set/),
  ]);
  expect(nowhere.exitCode).toBe(0);
});

const rule = { kind: "ruleset" as const, branch: "main", requiredReviews: 1, codeOwners: true };

test.each<[string, Partial<RepositorySeed>, RegExp]>([
  ["guarded", {}, /^ok somtech\/silos: asks for a review of code owners/],
  ["without a rule", { rules: [] }, /^warning .* asks for no review on main/],
  [
    "by the older protection",
    { rules: [{ ...rule, kind: "protection" }] },
    /^warning .* a run without `administration` cannot see/,
  ],
  [
    "without code owners' review",
    { rules: [{ ...rule, codeOwners: false }] },
    /^warning .* does not ask code owners/,
  ],
  [
    "without a file of code owners",
    { files: { "README.md": "#" } },
    /^warning .* names nobody for \.github\/, action\.yml, dist\/, silo\.config\.yml, silos\//,
  ],
  [
    "with code owners of the specs only",
    { files: { CODEOWNERS: "/silos/ @somtech/devops\n" } },
    /^warning .* names nobody for \.github\/, action\.yml, dist\/, silo\.config\.yml:/,
  ],
])("a default branch %s", async (_what, seed, expected) => {
  const { of } = await diagnose(withRepo(seed));
  expect(of("github-branch")[0]).toMatch(expected);
});

test("migrations need code owners, too", async () => {
  const files = {
    "silos/acme-erp.yml": specText({ devenv: "  migrations: db/migrations" }),
    "db/migrations/1_first.sql": "create table t ();\n",
  };
  const owners = "/.github/ @a\n/action.yml @a\n/dist/ @a\n/silo.config.yml @a\n/silos/ @a\n";
  const seed = { files: { CODEOWNERS: owners } };
  const { of } = await diagnose(withRepo(seed, { files }));
  expect(of("github-branch")[0]).toMatch(/^warning .* names nobody for db\/migrations\//);
});

test("an exception that the default branch makes is said", async () => {
  const files = {
    "silos/acme-erp.yml": specText(),
    "silo.config.yml": "github: { allow_unprotected: true }\n",
  };
  const { of } = await diagnose(withRepo({ rules: [] }, { files }));
  expect(of("github-branch")[0]).toContain("written all the same (allow_unprotected)");
});

test("a status branch that is there, and one that no run can commit to", async () => {
  const cloud = withRepo({});
  expect((await diagnose(cloud)).of("github-branch")[1]).toMatch(/^ok silo-status: is made when/);
  await cloud.run("apply");
  expect((await diagnose(cloud)).of("github-branch")[1]).toMatch(/^ok silo-status: holds/);
  const rules = [rule, { ...rule, branch: "silo-status" }];
  const closed = withRepo({ rules });
  closed.github?.push(repo, "silo-status", { "a.txt": "a" });
  expect((await diagnose(closed)).of("github-branch")[1]).toMatch(/^warning silo-status: asks for/);
});

test("limits of the repository: far, near, and over", async () => {
  const withSecrets = (count: number) => {
    const cloud = withRepo({});
    for (let at = 0; at < count; at++) {
      cloud.github?.setSecret(repo, "repository", { name: `OTHER_${at}`, value: "x" });
    }
    return diagnose(cloud);
  };
  expect((await withSecrets(1)).of("github-limits")).toEqual([
    "ok somtech/silos: 2 of 100 secrets once every silo has handed out its own",
    "ok somtech/silos: 2 of 500 variables once every silo has handed out its own",
  ]);
  expect((await withSecrets(95)).of("github-limits")[0]).toMatch(/^warning .* 96 of 100/);
  const over = await withSecrets(100);
  expect(over.of("github-limits")[0]).toMatch(/^failed .* 101 of 100/);
});
