import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { findFaults, rules } from "../../scripts/workflow-lint/rules.ts";
import { readWorkflow } from "../../scripts/workflow-lint/workflow.ts";
import { sha, soundWorkflow } from "./sound-workflow.ts";

const root = join(import.meta.dirname, "../..");

/** Rule → texts of the sound workflow and what is put in their place. */
const planted: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "no-permissions-by-default": [
    ["permissions: {}\n\nconc", "conc"],
    ["permissions: {}\n\n", "permissions: read-all\n\n"],
    ["permissions: {}\n\n", "permissions:\n  contents: read # all jobs\n\n"],
  ],
  "permissions-per-job": [
    ["    permissions: {}\n    steps", "    steps"],
    ["    permissions: {}\n    steps", "    permissions: write-all\n    steps"],
  ],
  "reason-for-permission": [["contents: read # the sources", "contents: read"]],
  "secrets-in-environments": [
    ["    environment: silo-manager\n", ""],
    ["github.event.head_commit.message", "secrets.TITLE"],
  ],
  "secrets-in-steps": [
    [
      "    environment: silo-manager\n",
      "    environment: silo-manager\n    env:\n      KEY: ${{ secrets.KEY }}\n",
    ],
    ["\njobs:\n", "\nenv:\n  KEY: ${{ secrets.KEY }}\njobs:\n"],
  ],
  "secrets-by-name": [
    ["${{ secrets.FLY_API_TOKEN }}", "${{ toJSON(secrets) }}"],
    ["${{ secrets.FLY_API_TOKEN }}", "${{ fromJSON(secrets.ALL).fly }}"],
    ["${{ secrets.FLY_API_TOKEN }}", "${{ secrets[github.event.name] }}"],
    ["    permissions: {}\n    steps", "    permissions: {}\n    secrets: inherit\n    steps"],
  ],
  "no-credentials-left": [
    ["        with:\n          persist-credentials: false\n", ""],
    ["persist-credentials: false", "persist-credentials: true"],
  ],
  "no-foreign-code-with-secrets": [
    [
      "      - uses: ./\n",
      `      - uses: actions/checkout@${sha} # v7.0.1
        with:
          persist-credentials: false
          ref: \${{ github.event.pull_request.head.sha }}
      - uses: ./
`,
    ],
  ],
  "least-app-token": [
    ["          permission-secrets: write\n", ""],
    ["client-id:", "app-id:"],
  ],
  "no-actor-conditions": [
    [
      "    environment: silo-manager\n",
      "    environment: silo-manager\n    if: github.actor != 'dependabot[bot]'\n",
    ],
  ],
  "pinned-actions": [
    [`checkout@${sha}`, "checkout@v7"],
    [`checkout@${sha}`, `checkout@${sha.slice(0, 12)}`],
    [" # v7.0.1", ""],
    ["uses: ./", "uses: docker://alpine:3"],
  ],
  "no-expressions-in-scripts": [
    ['echo "$TITLE"', 'echo "${{ github.event.head_commit.message }}"'],
    [
      "      - run: npm ci --ignore-scripts\n",
      `      - uses: actions/github-script@${sha} # v9.0.0\n        with:\n          script: f("\${{ github.head_ref }}")\n`,
    ],
  ],
  "time-limit": [["    timeout-minutes: 5\n    environment", "    environment"]],
  concurrency: [["cancel-in-progress: false", "cancel-in-progress: ${{ github.ref != 'x' }}"]],
  "no-lost-writes": [
    ["  queue: max\n", ""],
    ["cancel-in-progress: false", "cancel-in-progress: true"],
  ],
  "safe-triggers": [
    ["on:\n  push:\n", "on:\n  pull_request_target:\n  push:\n"],
    ["on:\n  push:\n", "on:\n  workflow_run: { workflows: [ci] }\n  push:\n"],
  ],
  "no-install-scripts": [["npm ci --ignore-scripts", "npm install"]],
  "no-shared-environment-files": [["npm ci --ignore-scripts", 'echo "A=1" >> "$GITHUB_ENV"']],
  "quiet-minute": [
    ['"7,37 * * * *"', '"*/30 * * * *"'],
    ['"7,37 * * * *"', '"0 * * * *"'],
    ['" # 1,461 minutes a month', '"'],
  ],
  "known-runner": [
    ["runs-on: ubuntu-slim", "runs-on: self-hosted"],
    ["runs-on: ubuntu-slim", "runs-on: ubuntu-latest"],
  ],
};

const faultsIn = (text: string) => findFaults(readWorkflow("planted.yml", text));

/** A lost job-wide key is also missed by the rule that asks for it to be right. */
const alsoFinds: Readonly<Record<string, readonly string[]>> = {
  "cancel-in-progress: ${{ github.ref != 'x' }}": ["no-lost-writes"],
};

describe("the rules for workflows", () => {
  it("find nothing in a sound one", () => expect(faultsIn(soundWorkflow)).toEqual([]));

  it("each have a planted fault", () => {
    expect(Object.keys(planted).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  const cases = Object.entries(planted).flatMap(([rule, faults]) =>
    faults.map(([from, to]) => ({ rule, from, to })),
  );
  test.each(cases)("$rule finds `$to`, and no other rule does", ({ rule, from, to }) => {
    expect(soundWorkflow).toContain(from);
    const names = new Set(
      faultsIn(soundWorkflow.replace(from, () => to)).map((found) => found.rule),
    );
    expect([...names].sort()).toEqual([rule, ...(alsoFinds[to] ?? [])].sort());
  });

  it("name the line", () => {
    const text = soundWorkflow.replace("contents: read # the sources", "contents: read");
    const line = text.split("\n").findIndex((content) => content.endsWith("contents: read")) + 1;
    expect(faultsIn(text)).toMatchObject([{ rule: "reason-for-permission", line }]);
  });

  const ours = globSync(".github/workflows/*.yml", { cwd: root });
  it("are held by all of ours", () => {
    expect(ours.length).toBeGreaterThan(6);
    const found = ours.flatMap((file) =>
      findFaults(readWorkflow(file, readFileSync(join(root, file), "utf8"))),
    );
    expect(found).toEqual([]);
  });
});
