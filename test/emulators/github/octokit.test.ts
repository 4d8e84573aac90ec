import { Octokit } from "@octokit/rest";
import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

const erp = { owner: "acme", repo: "erp" };

/** A client that others wrote for the real GitHub, without retries or throttling. */
describe("Octokit", () => {
  const start = (baseUrl: string) => {
    const github = aGitHub({}, { pulls: [{ title: "x", head: "x", files: {} }] });
    const octokit = new Octokit({ auth: "x", baseUrl, request: { fetch: github.emulator.fetch } });
    return { ...github, octokit };
  };

  it.each(["https://api.github.local", "https://ghes.local/api/v3"])(
    "finds its way through pages below %s",
    async (baseUrl) => {
      const { octokit } = start(baseUrl);
      const issue = { ...erp, issue_number: 1 };
      for (let index = 0; index < 45; index++) {
        await octokit.rest.issues.createComment({ ...issue, body: `${index}` });
      }
      const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        ...issue,
        per_page: 20,
      });
      expect(comments.map(({ body }) => body)).toEqual([...Array(45).keys()].map(String));
      const place = { ...erp, environment_name: "silo/a b" };
      await octokit.rest.repos.createOrUpdateEnvironment(place);
      for (let index = 0; index < 25; index++) {
        const variable = { name: `V_${index}`, value: "1" };
        await octokit.rest.actions.createEnvironmentVariable({ ...place, ...variable });
      }
      const list = octokit.rest.actions.listEnvironmentVariables;
      expect(await octokit.paginate(list, place)).toHaveLength(25);
    },
  );

  it("takes a policy that is there for done, and what is missing for an error", async () => {
    const { octokit } = start("https://api.github.local");
    const place = { ...erp, environment_name: "ops" };
    const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true };
    await octokit.rest.repos.createOrUpdateEnvironment({ ...place, deployment_branch_policy });
    const add = () => octokit.rest.repos.createDeploymentBranchPolicy({ ...place, name: "main" });
    expect((await add()).status).toBe(200);
    expect((await add()).status).toBe(303);
    await expect(
      octokit.rest.actions.getRepoSecret({ ...erp, secret_name: "NOPE" }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("asks GraphQL, and throws its errors", async () => {
    const { octokit } = start("https://ghes.local/api/v3");
    const query = `query ($owner: String!) {
      repository(owner: $owner, name: "erp") { object(expression: "main:README.md") { ... on Blob { text } } }
    }`;
    expect(await octokit.graphql(query, { owner: "acme" })).toEqual({
      repository: { object: { text: "# erp\n" } },
    });
    await expect(octokit.graphql(query, { owner: "nobody" })).rejects.toMatchObject({
      errors: [{ type: "NOT_FOUND" }],
    });
  });
});
