import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

const sealed = { encrypted_value: "AAAA", key_id: "1" };

describe("tokens", () => {
  const forbidden: [string, string, string, unknown, string][] = [
    ["github_token:x", "PUT", "/actions/secrets/A", sealed, "secrets=write"],
    ["github_token:x", "PUT", "/environments/ops", undefined, "administration=write"],
    ["github_token:x", "GET", "/environments/ops/secrets", undefined, "environments=read"],
    [
      "github_token:x",
      "POST",
      "/actions/variables",
      { name: "A", value: "1" },
      "actions_variables=write",
    ],
    ["fork:x", "POST", "/issues/1/comments", { body: "x" }, "issues=write; pull_requests=write"],
    ["fork:x", "POST", "/deployments", { ref: "main" }, "deployments=write"],
    ["plan_read:x", "DELETE", "/environments/ops", undefined, "administration=write"],
    ["plan_read:x", "DELETE", "/actions/secrets/A", undefined, "secrets=write"],
  ];
  it.each(forbidden)(
    "%s may not %s %s, and is told what it lacks",
    async (token, method, path, body, accepted) => {
      const { call } = aGitHub();
      const answer = await call(method, path, body, token);
      expect(answer).toMatchObject({
        status: 403,
        body: { message: "Resource not accessible by integration" },
      });
      expect(answer.headers.get("x-accepted-github-permissions")).toBe(accepted);
    },
  );

  it("of a workflow may comment, deploy and set statuses", async () => {
    const { call, emulator } = aGitHub({}, { pulls: [{ title: "x", head: "x", files: {} }] });
    const token = "github_token:x";
    const sha = emulator.push("acme/erp", "main", {});
    const may = async (path: string, body: unknown) =>
      (await call("POST", path, body, token)).status;
    expect(await may("/issues/1/comments", { body: "x" })).toBe(201);
    expect(await may("/deployments", { ref: "main" })).toBe(201);
    expect(await may(`/statuses/${sha}`, { state: "success" })).toBe(201);
    expect((await call("GET", "/environments", undefined, token)).status).toBe(200);
  });

  it("of a plan may look at everything", async () => {
    const { call } = aGitHub();
    await call("PUT", "/environments/ops");
    for (const path of [
      "/actions/secrets",
      "/environments/ops/secrets",
      "/branches/main/protection",
    ]) {
      expect((await call("GET", path, undefined, "plan_read:x")).status).not.toBe(403);
    }
  });

  it("have what they were granted, within their kind", async () => {
    const { call } = aGitHub({
      tokens: [
        { token: "some", kind: "app", permissions: { environments: "write" } },
        { token: "greedy", kind: "github_token", permissions: { secrets: "write" } },
      ],
    });
    expect((await call("GET", "/environments/x/secrets", undefined, "some")).status).toBe(404);
    expect((await call("GET", "/actions/secrets", undefined, "some")).status).toBe(403);
    expect((await call("GET", "/actions/secrets", undefined, "greedy")).status).toBe(403);
    expect((await call("GET", "", undefined, "unknown")).status).toBe(401);
  });

  it("see no repository that they were not given", async () => {
    const { call, graphql } = aGitHub({
      tokens: [{ token: "other", kind: "app", repositories: ["acme/crm"] }],
    });
    expect((await call("GET", "", undefined, "other")).status).toBe(404);
    const query = '{ repository(owner: "acme", name: "erp") { id } }';
    expect((await graphql(query, {}, "other")).data).toEqual({ repository: null });
  });

  it("are needed", async () => {
    const { emulator } = aGitHub();
    const bare = await emulator.fetch("https://api.github.local/repos/acme/erp");
    expect(bare.status).toBe(401);
  });

  it("of a person have a user, of an installation none", async () => {
    const { call } = aGitHub();
    const user = await call("GET", "//user", undefined, "pat:x");
    expect(user).toMatchObject({ status: 200, body: { login: "octocat" } });
    expect((await call("GET", "//user")).status).toBe(403);
    const refused = aGitHub({ tokens: [{ token: "p", kind: "pat", permissions: {} }] });
    expect((await refused.call("GET", "/actions/secrets", undefined, "p")).body.message).toBe(
      "Resource not accessible by personal access token",
    );
  });
});

describe("repositories", () => {
  it("show what they are and what the token may do", async () => {
    const { call } = aGitHub({}, { private: true, defaultBranch: "trunk" });
    expect((await call("GET", "")).body).toMatchObject({
      full_name: "acme/erp",
      private: true,
      default_branch: "trunk",
      permissions: { admin: true, push: true },
    });
    expect((await call("GET", "//repos/ACME/Erp")).body.full_name).toBe("acme/erp");
    expect((await call("GET", "//repos/acme/nope")).status).toBe(404);
  });

  it("know the permission of their people", async () => {
    const { call } = aGitHub({}, { private: true, collaborators: { alice: "write" } });
    expect((await call("GET", "/collaborators/alice/permission")).body).toMatchObject({
      permission: "write",
      user: { login: "alice" },
    });
    expect((await call("GET", "/collaborators/mallory/permission")).status).toBe(404);
  });

  it("are also below the addresses of a GitHub Enterprise Server", async () => {
    const { call } = aGitHub();
    const { body } = await call("GET", "//api/v3/repos/acme/erp");
    expect(body.url).toBe("https://api.github.local/api/v3/repos/acme/erp");
    const query = "{ viewer { login } }";
    expect((await call("POST", "//api/graphql", { query })).status).toBe(200);
  });
});
