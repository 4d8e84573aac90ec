/** Environments: what is read of them, and how they are closed to all but some branches. */

import { describe, expect, it } from "vitest";
import * as answers from "./answers.ts";
import {
  type Answer,
  empty,
  failureOf,
  json,
  notFound,
  refusal,
  repo,
  routes,
  scripted,
} from "./scripted.ts";

const name = "silo-manager";
const at = "/repos/acme/erp";
const env = `${at}/environments/${name}`;
const policies = `${env}/deployment-branch-policies`;
const { custom, peopleRules, policy } = answers;
const main = { branches: ["main"] };

const environment = (changes: Record<string, unknown> = {}) => ({
  [`GET ${env}`]: () => json(200, answers.environment(name, changes)),
});
const withPolicies = (...list: readonly unknown[]) => ({
  [`GET ${policies}`]: () => json(200, answers.counted("branch_policies", list)),
});
const seenRepository = {
  [`GET ${at}`]: () => json(200, { id: 5, full_name: repo, default_branch: "main" }),
};
const put = { [`PUT ${env}`]: () => json(200, answers.environment(name, custom)) };
const post = (answer: () => Answer) => ({ [`POST ${policies}`]: answer });

describe("getEnvironment", () => {
  it("reads what people set", async () => {
    const { client, violations } = scripted(
      routes({
        ...environment({ protection_rules: peopleRules, ...custom }),
        ...withPolicies(policy(1, "main"), policy(2, "v*", "tag"), { id: 3, name: "old" }),
      }),
    );
    expect(await client.getEnvironment(repo, name)).toEqual({
      name,
      reviewers: [
        { type: "User", id: 1 },
        { type: "Team", id: 7 },
      ],
      preventSelfReview: true,
      waitMinutes: 30,
      branchPolicy: "custom",
      branches: [
        { name: "main", type: "branch" },
        { name: "v*", type: "tag" },
        { name: "old", type: "branch" },
      ],
    });
    expect(violations()).toEqual([]);
  });

  it.each([
    [undefined, null],
    ["protected", { protected_branches: true, custom_branch_policies: false }],
  ])("sees the branch policy %s without asking for its branches", async (branchPolicy, given) => {
    const { client, asked } = scripted(routes(environment({ deployment_branch_policy: given })));
    expect(await client.getEnvironment(repo, name)).toMatchObject({ branchPolicy, branches: [] });
    expect(asked).toHaveLength(1);
  });

  it("gives nothing for one that is not there, in a repository that is seen", async () => {
    const { client, lines } = scripted(routes(seenRepository));
    expect(await client.getEnvironment(repo, name)).toBeUndefined();
    expect(await client.getEnvironment(repo, name)).toBeUndefined();
    expect(lines()).toEqual([`GET ${env}`, `GET ${at}`, `GET ${env}`]);
  });

  it("does not take a repository that the token may not see for an absent environment", async () => {
    const { client } = scripted(notFound);
    expect(await failureOf(client.getEnvironment(repo, name))).toMatchObject({
      facts: { category: "not_found" },
      message: expect.stringContaining("SILO_SECRETS_TOKEN may not see it"),
    });
  });

  it.each([
    ["a policy of a kind we do not know", { ...custom, deployment_branch_policy: {} }],
    ["rules that are no list", { protection_rules: "none" }],
    ["a reviewer without an id", { protection_rules: [{ ...peopleRules[1], reviewers: [{}] }] }],
    ["a name that is none", { name: null }],
  ])("refuses %s", async (_what, changes) => {
    const { client } = scripted(routes(environment(changes)));
    expect(await failureOf(client.getEnvironment(repo, name))).toMatchObject({
      facts: { provider: "github", category: "invalid", status: 200, ambiguous: false },
    });
  });
});

describe("restrictEnvironment", () => {
  it("makes one with no rule but the branch", async () => {
    const { client, asked, lines, violations } = scripted(
      routes({
        ...seenRepository,
        ...put,
        ...withPolicies(),
        ...post(() => json(200, policy(1, "main"))),
      }),
    );
    await client.restrictEnvironment(repo, name, main);
    expect(lines()).toEqual([
      `GET ${env}`,
      `GET ${at}`,
      `PUT ${env}`,
      `GET ${policies}`,
      `POST ${policies}`,
    ]);
    expect(asked[2]?.body).toEqual(custom);
    expect(asked[4]?.body).toEqual({ name: "main", type: "branch" });
    expect(violations()).toEqual([]);
  });

  it("sends along what people set when it changes the policy", async () => {
    const { client, asked, violations } = scripted(
      routes({
        ...environment({ protection_rules: peopleRules }),
        ...put,
        ...withPolicies(policy(1, "main")),
      }),
    );
    await client.restrictEnvironment(repo, name, main);
    expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
      wait_timer: 30,
      prevent_self_review: true,
      reviewers: [
        { type: "User", id: 1 },
        { type: "Team", id: 7 },
      ],
      ...custom,
    });
    expect(violations()).toEqual([]);
  });

  it("writes nothing to one that is as it should be", async () => {
    const { client, lines } = scripted(
      routes({ ...environment(custom), ...withPolicies(policy(1, "main")) }),
    );
    await client.restrictEnvironment(repo, name, main);
    expect(lines()).toEqual([`GET ${env}`, `GET ${policies}`]);
  });

  it("makes the list exactly the one asked for, and closes before it opens", async () => {
    const { client, lines, asked, violations } = scripted(
      routes({
        ...environment(custom),
        ...withPolicies(
          policy(1, "*"),
          policy(2, "main", "tag"),
          policy(3, "dev"),
          policy(4, "dev"),
        ),
        ...post(() => json(200, policy(9, "main"))),
        [`DELETE ${policies}/1`]: () => empty(),
        [`DELETE ${policies}/2`]: () => notFound(),
        [`DELETE ${policies}/4`]: () => empty(),
        ...seenRepository,
      }),
    );
    await client.restrictEnvironment(repo, name, { branches: ["main", "dev", "main"] });
    expect(lines().slice(2)).toEqual([
      `DELETE ${policies}/1`,
      `DELETE ${policies}/2`,
      `GET ${at}`,
      `DELETE ${policies}/4`,
      `POST ${policies}`,
    ]);
    expect(asked.at(-1)?.body).toEqual({ name: "main", type: "branch" });
    expect(violations()).toEqual([]);
  });

  it("takes 303 for a policy that is there already", async () => {
    const { client } = scripted(
      routes({
        ...environment(custom),
        ...withPolicies(),
        ...post(() => new Response("", { status: 303, headers: { location: "http://x.test" } })),
      }),
    );
    expect(await failureOf(client.restrictEnvironment(repo, name, main))).toBeUndefined();
  });

  it.each([
    ["404 in a repository that is seen", notFound],
    ["422 about the plan", () => refusal(422, "Please ensure the billing plan supports it")],
    ["403 about the plan", () => refusal(403, "Upgrade to GitHub Pro or make this public")],
  ])("tells a plan without environments by %s", async (_what, answer) => {
    const { client } = scripted(routes({ ...seenRepository, [`PUT ${env}`]: answer }));
    expect(await failureOf(client.restrictEnvironment(repo, name, main))).toMatchObject({
      facts: { category: "not_in_plan", ambiguous: false },
    });
  });
});

it("a plan without environments lists none", async () => {
  const { client } = scripted(routes(seenRepository));
  expect(await client.listEnvironments(repo)).toEqual([]);
  expect(
    await client.listSecrets(repo, { kind: "environment", environment: name }),
  ).toBeUndefined();
  expect(
    await client.listVariables(repo, { kind: "environment", environment: name }),
  ).toBeUndefined();
});

it.each([
  ["a/b c", "a%2Fb%20c"],
  ["é?#%", "%C3%A9%3F%23%25"],
])("the name %s goes encoded into the path", async (given, encoded) => {
  const { client, lines } = scripted(routes({}));
  await failureOf(client.getEnvironment(repo, given));
  expect(lines()[0]).toBe(`GET ${at}/environments/${encoded}`);
});

it.each(["..", ".", ""])("the name %j is not sent at all", async (given) => {
  const { client, asked } = scripted(() => empty());
  expect(await failureOf(client.deleteEnvironment(repo, given))).toMatchObject({
    facts: { category: "invalid", ambiguous: false },
  });
  expect(asked).toEqual([]);
});
