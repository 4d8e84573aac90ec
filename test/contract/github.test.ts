/** The client's requests and the emulator's answers, held to GitHub's documents by a third reading. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import type { GitHubPlace, GitHubWrites } from "#world/github.ts";
import { aGitHub, repo } from "./github-pair.ts";

const name = "silo-acme-erp-devops";
const environment: GitHubPlace = { kind: "environment", environment: name };

async function headOf(client: GitHubWrites, branch: string): Promise<string> {
  const head = await client.getBranchHead(repo, branch);
  if (head === undefined) throw new Error(`There is no branch ${branch}`);
  return head;
}

it("reads a repository", async () => {
  const { client } = aGitHub({ private: true, defaultBranch: "trunk" });
  expect(await client.repository(repo)).toEqual({
    name: repo,
    id: expect.any(Number),
    defaultBranch: "trunk",
    isPrivate: true,
  });
});

describe.each<[string, GitHubPlace, "repository" | { environment: string }]>([
  ["the repository", { kind: "repository" }, "repository"],
  ["an environment", environment, { environment: name }],
])("secrets and variables of %s", (_what, place, door) => {
  const ready = async () => {
    const github = aGitHub();
    await github.client.restrictEnvironment(repo, name, { branches: ["main"] });
    return github;
  };

  it("are written, changed, listed over pages and taken away", async () => {
    const { client, emulator } = await ready();
    const names = Array.from({ length: 35 }, (_, at) => `V_${String(at).padStart(2, "0")}`);
    await client.putSecret(repo, place, "A", new Secret("one"));
    await client.putSecret(repo, place, "A", new Secret("two ✓"));
    for (const variable of names) await client.putVariable(repo, place, variable, "x");
    await client.putVariable(repo, place, "V_00", "https://a.test");
    expect(await client.listSecrets(repo, place)).toEqual([
      { name: "A", updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
    const variables = (await client.listVariables(repo, place)) ?? [];
    expect(variables.map((variable) => variable.name).sort()).toEqual(names);
    expect(emulator.reveal(repo, door).secrets).toEqual(new Map([["A", "two ✓"]]));
    expect(emulator.reveal(repo, door).variables.get("V_00")).toBe("https://a.test");

    for (let time = 0; time < 2; time++) {
      await client.deleteSecret(repo, place, "A");
      for (const variable of names) await client.deleteVariable(repo, place, variable);
    }
    expect(await client.listSecrets(repo, place)).toEqual([]);
    expect(await client.listVariables(repo, place)).toEqual([]);
  });

  it("are sealed with the new key when the old one is gone", async () => {
    const { client, emulator } = await ready();
    await client.putSecret(repo, place, "A", new Secret("one"));
    emulator.rotateKeys(repo);
    await client.putSecret(repo, place, "A", new Secret("two"));
    expect(emulator.reveal(repo, door).secrets).toEqual(new Map([["A", "two"]]));
  });
});

describe("environments", () => {
  it("are made, restricted, listed and taken away", async () => {
    const { client } = aGitHub();
    expect(await client.getEnvironment(repo, name)).toBeUndefined();
    expect(await client.listSecrets(repo, environment)).toBeUndefined();
    expect(await client.listVariables(repo, environment)).toBeUndefined();
    await client.restrictEnvironment(repo, name, { branches: ["main", "release"] });
    await client.restrictEnvironment(repo, name, { branches: ["main"] });
    expect(await client.getEnvironment(repo, name)).toEqual({
      name,
      reviewers: [],
      preventSelfReview: false,
      waitMinutes: 0,
      branchPolicy: "custom",
      branches: [{ name: "main", type: "branch" }],
    });
    expect(await client.listEnvironments(repo)).toEqual([name]);
    for (let time = 0; time < 2; time++) await client.deleteEnvironment(repo, name);
    expect(await client.listEnvironments(repo)).toEqual([]);
  });

  it("that are made anew take secrets with their new key", async () => {
    const { client, emulator } = aGitHub();
    for (const value of ["one", "two"]) {
      await client.restrictEnvironment(repo, name, { branches: ["main"] });
      await client.putSecret(repo, environment, "A", new Secret(value));
      expect(emulator.reveal(repo, { environment: name }).secrets.get("A")).toBe(value);
      await client.deleteEnvironment(repo, name);
    }
  });

  it("are not in the plan of a private repository of a free account", async () => {
    const { client } = aGitHub({ private: true, plan: "free" });
    expect(await client.listEnvironments(repo)).toEqual([]);
    await expect(
      client.restrictEnvironment(repo, name, { branches: ["main"] }),
    ).rejects.toMatchObject({ facts: { category: "not_in_plan" } });
  });
});

describe("files", () => {
  const branch = "silo-status";
  const commit = (
    expectedHead: string,
    files: Record<string, string>,
    deletions: string[] = [],
  ) => ({
    branch,
    expectedHead,
    message: "Status of acme-erp\n\nacme-erp: done",
    additions: new Map(Object.entries(files)),
    deletions,
  });

  it("are committed to a branch that begins with a README, and read back", async () => {
    const { client, emulator } = aGitHub();
    expect(await client.getBranchHead(repo, branch)).toBeUndefined();
    const root = await client.ensureBranch(repo, branch);
    expect(await client.ensureBranch(repo, branch)).toBe(root);
    expect([...(emulator.files(repo, branch)?.keys() ?? [])]).toEqual(["README.md"]);

    const first = await client.commitFiles(
      repo,
      commit(root, { "s/a.json": "{}", "s/b.json": "✓" }),
    );
    const head = await headOf(client, branch);
    expect(first).toEqual({ kind: "committed", oid: head });
    expect(await client.commitFiles(repo, commit(root, { "s/a.json": "[]" }))).toEqual({
      kind: "stale",
    });
    await client.commitFiles(repo, commit(head, { "s/a.json": "1" }, ["s/b.json"]));
    const paths = ["s/a.json", "s/b.json", "nowhere.json"];
    expect(await client.readFiles(repo, branch, paths)).toEqual(new Map([["s/a.json", "1"]]));
    expect(await client.readFiles(repo, "nobranch", paths)).toEqual(new Map());
  });

  it("are committed once though the answer is lost", async () => {
    const faults = [
      { match: { path: "/graphql", nth: 1 }, effect: "after", answer: "reset" },
    ] as const;
    const { client } = aGitHub({}, { faults });
    const root = await client.ensureBranch(repo, branch);
    const result = await client.commitFiles(repo, commit(root, { "s/a.json": "{}" }));
    expect(result).toEqual({ kind: "committed", oid: await headOf(client, branch) });
  });
});

it("shows a silo as a deployment", async () => {
  const { client } = aGitHub();
  await client.restrictEnvironment(repo, name, { branches: ["main"] });
  expect(await client.listDeployments(repo, name)).toEqual([]);
  const made = await client.createDeployment(repo, {
    ref: "main",
    environment: name,
    description: "x".repeat(200),
  });
  expect(made).toMatchObject({ environment: name, ref: "main" });
  expect(await client.getDeploymentState(repo, made.id)).toBeUndefined();
  for (const state of ["in_progress", "success", "failure", "inactive"] as const) {
    await client.setDeploymentState(repo, made.id, {
      state,
      description: state,
      environmentUrl: "https://devenv-acme-erp-kong.fly.dev",
      logUrl: "https://github.com/acme/erp/actions/runs/1",
    });
    expect(await client.getDeploymentState(repo, made.id)).toBe(state);
  }
  expect(await client.listDeployments(repo, name)).toEqual([made]);
  expect(await client.getDeploymentState(repo, made.id + 1_000)).toBeUndefined();
});

it("comments on a pull request, and sets the status of a commit", async () => {
  const { client, emulator } = aGitHub({
    pulls: [{ title: "More memory", head: "more", files: { "silos/a.yml": "x" } }],
  });
  for (let count = 0; count < 3; count++) await client.createComment(repo, 1, `plan ${count}`);
  const [first] = await client.listComments(repo, 1);
  expect(first).toMatchObject({
    id: expect.any(Number),
    body: "plan 0",
    author: "github-actions[bot]",
  });
  await client.updateComment(repo, first?.id ?? 0, "changed");
  expect(emulator.comments(repo, 1)).toEqual(["changed", "plan 1", "plan 2"]);

  await client.setCommitStatus(repo, await headOf(client, "more"), {
    state: "success",
    context: "silo/plan",
    description: "y".repeat(200),
    targetUrl: "https://github.com/acme/erp/actions/runs/1",
  });
  expect(emulator.requests.at(-1)).toMatchObject({ action: "commit-status-create", status: 201 });
});
