/** `silo doctor --setup`: what is missing is made, what is right is left alone, people's wishes stay. */

import { expect, test } from "vitest";
import { createGitHubClient } from "#clients/github/client.ts";
import { Secret } from "#silo/secret.ts";
import { gateProblems, managerEnvironments } from "#state/gates.ts";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { specText } from "../support/spec-text.ts";
import { aSoundCloud, diagnose, repo } from "./doctor.ts";

const clientOf = ({ github, clock }: Cloud) => {
  if (!github) throw new Error("There is no GitHub");
  const random = { bytes: (length: number) => new Uint8Array(length) };
  return createGitHubClient({ fetch: github.fetch, clock, random, token: new Secret("local") });
};

const writes = ({ github }: Cloud) =>
  (github?.requests ?? []).filter(
    ({ method, status, path }) => method !== "GET" && path !== "/graphql" && status < 300,
  ).length;

async function problemsOf(cloud: Cloud) {
  const client = clientOf(cloud);
  const read = async (name: string) => [name, await client.getEnvironment(repo, name)] as const;
  return gateProblems(new Map(await Promise.all(managerEnvironments.map(read))), "main");
}

test("a repository without any is set up, and a second time nothing is done", async () => {
  const cloud = aSoundCloud();
  expect((await diagnose(cloud)).exitCode).toBe(4);
  const first = await cloud.run("doctor --setup --reviewer octocat,somtech/devops");
  expect(first.exitCode, first.stdout).toBe(0);
  expect(first.stderr.split("\n")).toEqual([
    "silo-plan: made: admits main, refs/pull/*/merge, gh-readonly-queue/main/*",
    "silo-operate: made: admits main",
    "silo-manager: made: admits main",
    "silo-approve: made: admits main; 2 reviewers added",
    "",
  ]);
  expect(await problemsOf(cloud)).toEqual([]);
  const before = writes(cloud);
  const again = await cloud.run("doctor --setup --reviewer octocat");
  expect(again.stderr.match(/as it is to be/g)).toHaveLength(4);
  expect(writes(cloud)).toBe(before);
  expect(cloud.violations()).toEqual([]);
});

test("without anybody to review, silo-approve is left alone, and refused", async () => {
  const cloud = aSoundCloud();
  const { exitCode, stderr } = await cloud.run("doctor --setup");
  expect(stderr).toContain("silo-approve: left alone: nobody is named");
  expect(exitCode).toBe(4);
  expect(cloud.github?.environments(repo)).not.toContain("silo-approve");
});

test("reviewers come from silo.config.yml as well", async () => {
  const config = 'github: { environments: { silo-approve: { reviewers: ["@somtech/devops"] } } }\n';
  const files = { "silos/acme-erp.yml": specText(), "silo.config.yml": config };
  const cloud = aSoundCloud({ files });
  const { exitCode, stderr } = await cloud.run("doctor --setup");
  expect(stderr).toContain("silo-approve: made: admits main; 1 reviewer added");
  expect(exitCode).toBe(0);
});

test("reviewers and waits that people have set survive", async () => {
  const cloud = aSoundCloud();
  await cloud.github?.fetch(`http://github.local/repos/${repo}/environments/silo-approve`, {
    method: "PUT",
    headers: { authorization: "Bearer local" },
    body: JSON.stringify({
      wait_timer: 30,
      prevent_self_review: true,
      reviewers: [{ type: "User", id: 7 }],
    }),
  });
  await cloud.run("doctor --setup --reviewer octocat");
  const seen = await clientOf(cloud).getEnvironment(repo, "silo-approve");
  expect(seen).toMatchObject({ waitMinutes: 30, preventSelfReview: true, branchPolicy: "custom" });
  expect(seen?.reviewers).toHaveLength(2);
  expect(seen?.reviewers).toContainEqual({ type: "User", id: 7 });
});

test("a name that GitHub does not know ends it before anything is made", async () => {
  const cloud = aSoundCloud();
  const { exitCode, stderr } = await cloud.run("doctor --setup --reviewer octocat,nobody");
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no user or team "nobody"');
  expect(cloud.github?.environments(repo)).toEqual([]);
});

test("what was opened by hand is closed again, the roles' environments too", async () => {
  const cloud = aSoundCloud();
  await cloud.run("doctor --setup --reviewer octocat");
  await cloud.run("apply");
  for (const name of ["silo-manager", "silo-acme-erp-devops"]) {
    await cloud.github?.fetch(`http://github.local/repos/${repo}/environments/${name}`, {
      method: "PUT",
      headers: { authorization: "Bearer local" },
      body: JSON.stringify({ deployment_branch_policy: null }),
    });
  }
  const opened = await diagnose(cloud);
  expect(opened.exitCode).toBe(4);
  expect(opened.of("github-gates").filter((line) => line.startsWith("failed"))).toEqual([
    "failed silo-manager: it admits every branch instead of main alone",
    "failed silo-acme-erp-devops: it admits every branch instead of main alone",
  ]);
  expect((await cloud.run("doctor --setup")).exitCode).toBe(0);
});

test("a plan of the account without environments, and one without reviewers, say so", async () => {
  const privately = (plan: "free" | "pro") =>
    aSoundCloud({
      github: { repositories: [{ name: repo, ...guarded, private: true, plan }] },
    }).run("doctor --setup --reviewer octocat");
  const free = await privately("free");
  expect(free.stderr).toMatch(
    /silo-manager: not possible: .*plan of the account has no environments/,
  );
  expect(free.exitCode).toBe(4);
  const pro = await privately("pro");
  expect(pro.stderr).toMatch(/silo-approve: not possible: .*billing plan/);
  expect(pro.stderr).toContain("silo-manager: made");
  expect(pro.exitCode).toBe(4);
});

test("it needs to know the repository", async () => {
  const { exitCode, stderr } = await aCloud({
    files: { "silos/acme-erp.yml": specText() },
  }).run("doctor --setup");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--setup needs to know the repository");
});

test("a reviewer without --setup is no wish that could be silently dropped", async () => {
  const cloud = aSoundCloud();
  const { exitCode, stderr } = await cloud.run("doctor --reviewer octocat");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--reviewer is for --setup");
  expect(writes(cloud)).toBe(0);
});
