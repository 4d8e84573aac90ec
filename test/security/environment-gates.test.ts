/** An environment is trusted only after it was read: whoever names one first makes it, open to all. */

import { describe, expect, test } from "vitest";
import { managerEnvironments } from "#state/gates.ts";
import { aSoundCloud, diagnose, repo } from "../scenarios/doctor.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";

const put = (cloud: Cloud, name: string, body: object) =>
  cloud.github?.fetch(`http://github.local/repos/${repo}/environments/${name}`, {
    method: "PUT",
    headers: { authorization: "Bearer local" },
    body: JSON.stringify(body),
  });

async function setUp(): Promise<Cloud> {
  const cloud = aSoundCloud();
  const { exitCode, stdout } = await cloud.run("doctor --setup --reviewer octocat");
  expect(exitCode, stdout).toBe(0);
  return cloud;
}

describe("environment-gates", () => {
  test.each(managerEnvironments)(
    "%s that is not there is refused with the recipe",
    async (name) => {
      const cloud = await setUp();
      await cloud.github?.fetch(`http://github.local/repos/${repo}/environments/${name}`, {
        method: "DELETE",
        headers: { authorization: "Bearer local" },
      });
      const { exitCode, findings } = await diagnose(cloud);
      expect(exitCode).toBe(4);
      expect(findings.filter(({ refuses }) => refuses)).toMatchObject([
        { about: name, verdict: "failed", fix: expect.stringContaining("silo doctor --setup") },
      ]);
    },
  );

  const open = { deployment_branch_policy: null };
  const byRules = {
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  };

  test.each([
    ["silo-operate", open],
    ["silo-operate", byRules],
    ["silo-manager", open],
    ["silo-manager", byRules],
    ["silo-approve", { ...byRules, reviewers: [{ type: "User", id: 7 }] }],
    // Without reviewers: the branches stay as they are.
    [
      "silo-approve",
      { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } },
    ],
    ["silo-plan", byRules],
  ])("%s that was changed by hand is refused (%#)", async (name, body) => {
    const cloud = await setUp();
    await put(cloud, name, body);
    const { exitCode, findings } = await diagnose(cloud);
    expect(exitCode).toBe(4);
    expect(findings.filter(({ refuses }) => refuses).map(({ about }) => about)).toEqual([name]);
  });

  test("a role's environment is restricted and read before anything is in it", async () => {
    const cloud = aSoundCloud();
    await put(cloud, "silo-acme-erp-devops", open);
    expect((await cloud.run("apply")).exitCode).toBe(0);
    const lines = (cloud.github?.requests ?? []).map(({ method, path }) => `${method} ${path}`);
    const first = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    const secret = first(/^PUT .*-devops\/secrets\//);
    const read = lines.findLastIndex(
      (line, at) => at < secret && /^GET .*silo-acme-erp-devops$/.test(line),
    );
    expect(first(/^POST .*-devops\/deployment-branch-policies/)).toBeLessThan(read);
    expect(secret).toBeGreaterThan(read);
  });

  test("one that stays open whatever is asked gets nothing", async () => {
    const cloud = aSoundCloud({
      // As if somebody opened it again between the write and the look.
      wrapGitHub: (fetch) => async (input, init) => {
        const response = await fetch(input, init);
        const method = init?.method ?? "GET";
        if (method !== "GET" || !/silo-acme-erp-devops$/.test(String(input))) return response;
        if (!response.ok) return response;
        const body = { ...Object(await response.json()), deployment_branch_policy: null };
        return new Response(JSON.stringify(body), response);
      },
    });
    const { exitCode, stdout } = await cloud.run("apply");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("silo-acme-erp-devops");
    expect(cloud.github?.reveal(repo, { environment: "silo-acme-erp-devops" }).secrets.size).toBe(
      0,
    );
  });

  test("a role's environment in another repository is read as well", async () => {
    const other = "somtech/erp";
    const spec = `${specText()}secrets: { repository: ${other} }\n`;
    const cloud = aSoundCloud({
      files: { "silos/acme-erp.yml": spec },
      environment: { GITHUB_TOKEN: "job" },
      github: {
        repositories: [repo, other].map((name) => ({ name, ...guarded })),
        // The token of a run sees its own repository only.
        tokens: [
          { token: "job", kind: "github_token", repositories: [repo] },
          { token: "local", kind: "app" },
        ],
      },
    });
    await cloud.run("doctor --setup --reviewer octocat");
    await cloud.run("apply");
    const name = "silo-acme-erp-devops";
    expect((await diagnose(cloud)).of("github-gates")).toContainEqual(
      expect.stringMatching(`^ok ${name} of ${other}: `),
    );
    await cloud.github?.fetch(`http://github.local/repos/${other}/environments/${name}`, {
      method: "PUT",
      headers: { authorization: "Bearer local" },
      body: JSON.stringify(open),
    });
    const { of, exitCode } = await diagnose(cloud);
    expect(of("github-gates")).toContain(
      `failed ${name} of ${other}: it admits every branch instead of main alone`,
    );
    expect(exitCode).toBe(4);
  });

  test("environments that cannot be read are not trusted", async () => {
    const cloud = aSoundCloud({
      wrapGitHub: (fetch) => async (input, init) =>
        /\/environments\/silo-manager$/.test(String(input))
          ? new Response("{}", { status: 503 })
          : fetch(input, init),
    });
    const { exitCode, of } = await diagnose(cloud);
    expect(exitCode).toBe(4);
    expect(of("github-gates")).toEqual([
      expect.stringMatching(/^failed .* could not be looked at/),
    ]);
  });
});
