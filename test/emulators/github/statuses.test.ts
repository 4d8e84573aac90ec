import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

describe("commit statuses", () => {
  const start = () => {
    const github = aGitHub();
    const sha = github.emulator.push("acme/erp", "main", { "a.txt": "a" });
    const set = (state: string, context: string, more: Record<string, unknown> = {}) =>
      github.call("POST", `/statuses/${sha}`, { state, context, ...more });
    return { ...github, sha, set };
  };

  it("combine to the worst of the newest of each context", async () => {
    const { call, sha, set } = start();
    const combined = async () => (await call("GET", "/commits/main/status")).body;
    expect(await combined()).toMatchObject({ sha, state: "pending", total_count: 0 });
    await set("pending", "silo/plan");
    await set("success", "silo/plan");
    expect(await combined()).toMatchObject({ state: "success", total_count: 1 });
    await set("failure", "other");
    expect(await combined()).toMatchObject({ state: "failure", total_count: 2 });
    const all = await call<{ context: string }[]>("GET", `/commits/${sha}/statuses`);
    expect(all.body.map(({ context }) => context)).toEqual(["other", "silo/plan", "silo/plan"]);
  });

  it("are at most a thousand for a commit and context", async () => {
    const { set } = start();
    for (let index = 0; index < 1_000; index++) await set("pending", "silo/plan");
    expect((await set("success", "silo/plan")).status).toBe(422);
    expect((await set("success", "silo/apply")).status).toBe(201);
  }, 30_000);

  it("refuse a commit that is not there and a long description", async () => {
    const { call, set } = start();
    const nowhere = await call("POST", `/statuses/${"0".repeat(40)}`, { state: "success" });
    expect(nowhere.status).toBe(422);
    expect((await set("success", "a", { description: "x".repeat(141) })).status).toBe(422);
  });
});
