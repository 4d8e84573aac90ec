import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

const custom = {
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
};
const policies = "/environments/ops/deployment-branch-policies";

describe("environments", () => {
  it("are not there until they are made", async () => {
    const { call } = aGitHub();
    expect((await call("GET", "/environments/ops")).status).toBe(404);
    expect((await call("PUT", "/environments/ops")).status).toBe(200);
    expect((await call("GET", "/environments/OPS")).body).toMatchObject({
      name: "ops",
      protection_rules: [],
      deployment_branch_policy: null,
    });
    expect((await call("GET", "/environments")).body).toMatchObject({ total_count: 1 });
    expect((await call("DELETE", "/environments/ops")).status).toBe(204);
    expect((await call("DELETE", "/environments/ops")).status).toBe(404);
  });

  it("lose by a PUT what it does not say", async () => {
    const { call } = aGitHub();
    const reviewers = [
      { type: "User", id: 7 },
      { type: "Team", id: 8 },
    ];
    const full = { wait_timer: 5, reviewers, prevent_self_review: true, ...custom };
    expect((await call("PUT", "/environments/ops", full)).body).toMatchObject({
      protection_rules: [
        { type: "wait_timer", wait_timer: 5 },
        {
          type: "required_reviewers",
          prevent_self_review: true,
          reviewers: [
            { type: "User", reviewer: { id: 7 } },
            { type: "Team", reviewer: { id: 8 } },
          ],
        },
        { type: "branch_policy" },
      ],
    });
    await call("PUT", "/environments/ops", { wait_timer: 1 });
    expect((await call("GET", "/environments/ops")).body).toMatchObject({
      protection_rules: [{ type: "wait_timer", wait_timer: 1 }],
      deployment_branch_policy: null,
    });
  });

  it("take branch policies only when told so, each once", async () => {
    const { call } = aGitHub();
    const add = (type?: string) => call("POST", policies, { name: "main", ...(type && { type }) });
    await call("PUT", "/environments/ops");
    expect((await add()).status).toBe(404);
    await call("PUT", "/environments/ops", custom);
    const made = await add();
    expect(made).toMatchObject({ status: 200, body: { name: "main", type: "branch" } });
    expect((await add("branch")).status).toBe(303);
    expect((await add("tag")).status).toBe(200);
    expect((await call("GET", policies)).body).toMatchObject({ total_count: 2 });
    const one = `${policies}/${made.body.id}`;
    expect((await call("PUT", one, { name: "release/*" })).body.name).toBe("release/*");
    expect((await call("DELETE", one)).status).toBe(204);
    expect((await call("GET", one)).status).toBe(404);
  });

  it("forget their branch policies when they turn to protected branches", async () => {
    const { call } = aGitHub();
    await call("PUT", "/environments/ops", custom);
    await call("POST", policies, { name: "main" });
    await call("PUT", "/environments/ops", {
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect((await call("GET", policies)).body).toMatchObject({ total_count: 0 });
  });

  it("refuse a policy that says both or neither", async () => {
    const { call } = aGitHub();
    for (const both of [true, false]) {
      const policy = { protected_branches: both, custom_branch_policies: both };
      const put = await call("PUT", "/environments/ops", { deployment_branch_policy: policy });
      expect(put.status).toBe(422);
    }
    expect((await call("GET", "/environments/ops")).status).toBe(404);
  });

  it("have names with a slash", async () => {
    const { call, emulator } = aGitHub();
    await call("PUT", "/environments/ops%2Feu");
    expect(emulator.environments("acme/erp")).toEqual(["ops/eu"]);
    expect((await call("GET", "/environments/ops%2Feu/secrets")).status).toBe(200);
  });
});

describe("the plan of the account", () => {
  it("gives a private repository of a free account no environments", async () => {
    const { call } = aGitHub({}, { private: true, plan: "free" });
    expect((await call("PUT", "/environments/ops")).status).toBe(404);
    await call("POST", "/deployments", { ref: "main", environment: "ops" });
    expect((await call("GET", "/environments/ops/secrets/public-key")).status).toBe(404);
    expect((await call("GET", policies)).status).toBe(404);
    expect((await call("GET", "/actions/secrets")).status).toBe(200);
  });

  it("gives a private one below Enterprise branch policies, but no reviewers", async () => {
    const { call } = aGitHub({}, { private: true, plan: "pro" });
    expect((await call("PUT", "/environments/ops", custom)).status).toBe(200);
    expect((await call("POST", policies, { name: "main" })).status).toBe(200);
    const refused = await call("PUT", "/environments/new", { ...custom, wait_timer: 0 });
    expect(refused).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/billing plan/) },
    });
    // It is there all the same, open to every branch.
    expect((await call("GET", "/environments/new")).body).toMatchObject({
      deployment_branch_policy: null,
    });
  });

  it.each(["free", "pro", "enterprise"] as const)(
    "is no matter for a public one (%s)",
    async (plan) => {
      const { call } = aGitHub({}, { plan });
      const reviewers = [{ type: "User", id: 7 }];
      expect((await call("PUT", "/environments/ops", { reviewers, ...custom })).status).toBe(200);
    },
  );
});
