/** What each method asks of GitHub, held against its document. */

import { describe, expect, it } from "vitest";
import { Secret } from "#silo/secret.ts";
import type { GitHubWrites } from "#world/github.ts";
import * as answers from "./answers.ts";
import { githubContract } from "./github-contract.ts";
import {
  empty,
  type Handler,
  json,
  repo,
  routes,
  scripted,
  secretsToken,
  token,
} from "./scripted.ts";

const place = { kind: "environment", environment: "silo-acme-erp-devops" } as const;
const repository = { kind: "repository" } as const;
const at = "/repos/acme/erp";
const env = `${at}/environments/silo-acme-erp-devops`;
const key = () => json(200, answers.publicKey("568250167242549743", new Uint8Array(32).fill(9)));

interface Case {
  readonly call: (client: GitHubWrites) => Promise<unknown>;
  readonly handler: Handler;
  /** `METHOD /path?query` of each call. */
  readonly asks: readonly string[];
  /** Of the last call. */
  readonly body?: unknown;
  readonly gives?: unknown;
  readonly with?: string;
}

const cases: Readonly<Record<string, Case>> = {
  repository: {
    call: (c) => c.repository(repo),
    handler: routes({
      [`GET ${at}`]: () =>
        json(200, { id: 5, full_name: repo, default_branch: "main", private: true, size: 1 }),
    }),
    asks: [`GET ${at}`],
    gives: { id: 5, name: repo, defaultBranch: "main", isPrivate: true },
    with: secretsToken,
  },
  "listSecrets of the repository": {
    call: (c) => c.listSecrets(repo, repository),
    handler: routes({
      [`GET ${at}/actions/secrets`]: () =>
        json(200, answers.counted("secrets", [answers.secret("A")])),
    }),
    asks: [`GET ${at}/actions/secrets?page=1&per_page=100`],
    gives: [{ name: "A", updatedAt: "2026-11-24T12:00:00Z" }],
    with: secretsToken,
  },
  "listSecrets of an environment": {
    call: (c) => c.listSecrets(repo, place),
    handler: routes({
      [`GET ${env}/secrets`]: () => json(200, answers.counted("secrets", [])),
    }),
    asks: [`GET ${env}/secrets?page=1&per_page=100`],
    gives: [],
    with: secretsToken,
  },
  "putSecret of the repository": {
    call: (c) => c.putSecret(repo, repository, "A", new Secret("value")),
    handler: routes({
      [`GET ${at}/actions/secrets/public-key`]: key,
      [`PUT ${at}/actions/secrets/A`]: () => json(201, {}),
    }),
    asks: [`GET ${at}/actions/secrets/public-key`, `PUT ${at}/actions/secrets/A`],
    body: { key_id: "568250167242549743", encrypted_value: expect.stringMatching(/^\S{72}$/) },
    with: secretsToken,
  },
  "deleteSecret of an environment": {
    call: (c) => c.deleteSecret(repo, place, "A"),
    handler: routes({ [`DELETE ${env}/secrets/A`]: () => empty() }),
    asks: [`DELETE ${env}/secrets/A`],
    with: secretsToken,
  },
  "listVariables of the repository": {
    call: (c) => c.listVariables(repo, repository),
    handler: routes({
      [`GET ${at}/actions/variables`]: () =>
        json(200, answers.counted("variables", [answers.variable("A", "")])),
    }),
    asks: [`GET ${at}/actions/variables?page=1&per_page=30`],
    gives: [{ name: "A", value: "" }],
    with: secretsToken,
  },
  "deleteVariable of the repository": {
    call: (c) => c.deleteVariable(repo, repository, "A"),
    handler: routes({ [`DELETE ${at}/actions/variables/A`]: () => empty() }),
    asks: [`DELETE ${at}/actions/variables/A`],
    with: secretsToken,
  },
  listEnvironments: {
    call: (c) => c.listEnvironments(repo),
    handler: routes({
      [`GET ${at}/environments`]: () =>
        json(200, answers.counted("environments", [answers.environment("silo-plan")])),
    }),
    asks: [`GET ${at}/environments?page=1&per_page=100`],
    gives: ["silo-plan"],
    with: secretsToken,
  },
  deleteEnvironment: {
    call: (c) => c.deleteEnvironment(repo, place.environment),
    handler: routes({ [`DELETE ${env}`]: () => empty() }),
    asks: [`DELETE ${env}`],
    with: secretsToken,
  },
  getBranchHead: {
    call: (c) => c.getBranchHead(repo, "silo-status"),
    handler: routes({
      [`GET ${at}/git/ref/heads%2Fsilo-status`]: () =>
        json(200, answers.ref("silo-status", answers.sha("a"))),
    }),
    asks: [`GET ${at}/git/ref/heads%2Fsilo-status`],
    gives: answers.sha("a"),
  },
  listDeployments: {
    call: (c) => c.listDeployments(repo, "silo/acme erp"),
    handler: routes({
      [`GET ${at}/deployments`]: () => json(200, [answers.deployment(3, "silo/acme erp")]),
    }),
    asks: [`GET ${at}/deployments?page=1&per_page=100&environment=silo%2Facme%20erp`],
    gives: [
      { id: 3, environment: "silo/acme erp", ref: "main", createdAt: "2026-11-24T12:00:00Z" },
    ],
  },
  createDeployment: {
    call: (c) =>
      c.createDeployment(repo, {
        ref: "main",
        environment: "silo-acme-erp",
        description: "é".repeat(200),
      }),
    handler: routes({
      [`POST ${at}/deployments`]: () => json(201, answers.deployment(4, "silo-acme-erp")),
    }),
    asks: [`POST ${at}/deployments`],
    body: {
      ref: "main",
      environment: "silo-acme-erp",
      description: `${"é".repeat(139)}…`,
      auto_merge: false,
      required_contexts: [],
      transient_environment: false,
      production_environment: false,
    },
    gives: expect.objectContaining({ id: 4 }),
  },
  setDeploymentState: {
    call: (c) =>
      c.setDeploymentState(repo, 4, {
        state: "success",
        description: "silo acme-erp active",
        environmentUrl: "https://devenv-acme-erp-kong.fly.dev",
        logUrl: "https://github.com/acme/erp/actions/runs/1",
      }),
    handler: routes({ [`POST ${at}/deployments/4/statuses`]: () => json(201, { id: 1 }) }),
    asks: [`POST ${at}/deployments/4/statuses`],
    body: {
      state: "success",
      description: "silo acme-erp active",
      environment_url: "https://devenv-acme-erp-kong.fly.dev",
      log_url: "https://github.com/acme/erp/actions/runs/1",
    },
  },
  createComment: {
    call: (c) => c.createComment(repo, 7, "A plan"),
    handler: routes({
      [`POST ${at}/issues/7/comments`]: () => json(201, answers.comment(1, "A plan")),
    }),
    asks: [`POST ${at}/issues/7/comments`],
    body: { body: "A plan" },
  },
  updateComment: {
    call: (c) => c.updateComment(repo, 9, "Another"),
    handler: routes({
      [`PATCH ${at}/issues/comments/9`]: () => json(200, answers.comment(9, "Another")),
    }),
    asks: [`PATCH ${at}/issues/comments/9`],
    body: { body: "Another" },
  },
  setCommitStatus: {
    call: (c) =>
      c.setCommitStatus(repo, answers.sha("c"), {
        state: "success",
        context: "silo/plan",
        description: "no change",
        targetUrl: "https://github.com/acme/erp/actions/runs/1",
      }),
    handler: routes({ [`POST ${at}/statuses/${answers.sha("c")}`]: () => json(201, { id: 1 }) }),
    asks: [`POST ${at}/statuses/${answers.sha("c")}`],
    body: {
      state: "success",
      context: "silo/plan",
      description: "no change",
      target_url: "https://github.com/acme/erp/actions/runs/1",
    },
  },
};

describe.each(Object.entries(cases))("%s", (_name, given) => {
  it("asks what the document knows, with the right token", async () => {
    const { client, asked, violations } = scripted(given.handler);
    const result = await given.call(client);
    if ("gives" in given) expect(result).toEqual(given.gives);
    expect(asked.map(({ line, url }) => line + url.search)).toEqual(given.asks);
    expect(asked.at(-1)?.body).toEqual(given.body);
    for (const { headers } of asked) {
      expect(headers.get("authorization")).toBe(`token ${given.with ?? token}`);
      expect(headers.get("x-github-api-version")).toBe("2022-11-28");
    }
    expect(violations()).toEqual([]);
  });
});

it.runIf(githubContract)("the document notices a field that it does not know", async () => {
  const found = githubContract?.validateExchange({
    method: "POST",
    url: `https://api.github.com${at}/git/refs?page=1`,
    requestBody: { ref: "refs/heads/x", sha: answers.sha("a"), force: true },
    status: 201,
    responseBody: {},
  });
  expect(found?.filter((text) => /\(force\)|query parameter page/.test(text))).toHaveLength(2);
});
