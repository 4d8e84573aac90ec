import { describe, expect, it } from "vitest";
import { type AGitHub, aGitHub } from "./a-github.ts";

const deploy = async ({ call }: AGitHub, more: Record<string, unknown> = {}) => {
  const body = { ref: "main", environment: "preview", auto_merge: false, ...more };
  return call<{ id: number }>("POST", "/deployments", body);
};

const setState = ({ call }: AGitHub, id: number, more: Record<string, unknown>) =>
  call("POST", `/deployments/${id}/statuses`, more);

const stateOf = async ({ call }: AGitHub, id: number) =>
  (await call<{ state: string }[]>("GET", `/deployments/${id}/statuses`)).body[0]?.state;

describe("deployments", () => {
  it("make the environment that they name, open to every branch", async () => {
    const github = aGitHub();
    expect((await deploy(github)).status).toBe(201);
    expect((await github.call("GET", "/environments/preview")).body).toMatchObject({
      protection_rules: [],
      deployment_branch_policy: null,
    });
  });

  it("leave an environment as it is that was restricted before", async () => {
    const github = aGitHub();
    await github.call("PUT", "/environments/preview", { wait_timer: 3 });
    await deploy(github);
    expect((await github.call("GET", "/environments/preview")).body).toMatchObject({
      protection_rules: [{ wait_timer: 3 }],
    });
  });

  it("show their newest state first, with its addresses", async () => {
    const github = aGitHub();
    const { id } = (await deploy(github)).body;
    await setState(github, id, { state: "in_progress" });
    const done = await setState(github, id, {
      state: "success",
      description: "silo acme-erp active",
      environment_url: "https://silo.example",
      log_url: "https://log.example",
    });
    expect(done.body).toMatchObject({
      state: "success",
      environment_url: "https://silo.example",
      log_url: "https://log.example",
      target_url: "https://log.example",
    });
    const states = await github.call<{ state: string }[]>("GET", `/deployments/${id}/statuses`);
    expect(states.body.map(({ state }) => state)).toEqual(["success", "in_progress"]);
  });

  it("make earlier successes of their environment inactive", async () => {
    const github = aGitHub();
    const { id: first } = (await deploy(github)).body;
    const { id: lasting } = (await deploy(github, { transient_environment: true })).body;
    const { id: elsewhere } = (await deploy(github, { environment: "other" })).body;
    const { id: last } = (await deploy(github)).body;
    for (const id of [first, lasting, elsewhere]) await setState(github, id, { state: "success" });
    await setState(github, last, { state: "success" });
    expect(await stateOf(github, first)).toBe("inactive");
    expect(await stateOf(github, lasting)).toBe("success");
    expect(await stateOf(github, elsewhere)).toBe("success");
  });

  it("leave them alone when told so", async () => {
    const github = aGitHub();
    const { id: first } = (await deploy(github)).body;
    const { id: last } = (await deploy(github)).body;
    await setState(github, first, { state: "success" });
    await setState(github, last, { state: "success", auto_inactive: false });
    expect(await stateOf(github, first)).toBe("success");
  });

  it("are listed newest first, by environment", async () => {
    const github = aGitHub();
    const { id: first } = (await deploy(github)).body;
    const { id: second } = (await deploy(github)).body;
    await deploy(github, { environment: "other" });
    const path = "/deployments?environment=preview";
    const listed = await github.call<{ id: number }[]>("GET", path);
    expect(listed.body.map(({ id }) => id)).toEqual([second, first]);
  });

  it("wait for green statuses unless none is required", async () => {
    const github = aGitHub();
    const { body } = await github.call<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
    await github.call("POST", `/statuses/${body.object.sha}`, { state: "pending", context: "ci" });
    expect((await deploy(github)).status).toBe(409);
    expect((await deploy(github, { required_contexts: [] })).status).toBe(201);
  });

  it("bring a branch up to date instead, unless told not to", async () => {
    const github = aGitHub();
    github.emulator.push("acme/erp", "feature", { "a.txt": "a" });
    github.emulator.push("acme/erp", "main", { "b.txt": "b" });
    const merged = await deploy(github, { ref: "feature", auto_merge: true });
    expect(merged.status).toBe(202);
    expect((await github.call("GET", "/deployments")).body).toEqual([]);
    expect([...(github.emulator.files("acme/erp", "feature")?.keys() ?? [])].sort()).toEqual([
      "README.md",
      "a.txt",
      "b.txt",
    ]);
  });

  it("can be deleted when inactive, or when there is only one", async () => {
    const github = aGitHub();
    const { id: first } = (await deploy(github)).body;
    const { id: second } = (await deploy(github)).body;
    const remove = async (id: number) => (await github.call("DELETE", `/deployments/${id}`)).status;
    expect(await remove(first)).toBe(422);
    await setState(github, first, { state: "inactive" });
    expect(await remove(first)).toBe(204);
    expect(await remove(second)).toBe(204);
    expect(await remove(second)).toBe(404);
  });

  it("refuse a ref that is not there and a description above 140 characters", async () => {
    const github = aGitHub();
    expect((await deploy(github, { ref: "nope" })).status).toBe(422);
    const { id } = (await deploy(github)).body;
    const long = await setState(github, id, { state: "success", description: "x".repeat(141) });
    expect(long.status).toBe(422);
  });
});
