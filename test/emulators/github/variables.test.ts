import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

describe.each([
  ["of the repository", "/actions/variables", "repository" as const],
  ["of an environment", "/environments/ops/variables", { environment: "ops" }],
])("variables %s", (_name, path, place) => {
  const start = async () => {
    const github = aGitHub();
    await github.call("PUT", "/environments/ops");
    return github;
  };

  it("are created once and then changed: there is no upsert", async () => {
    const { call, emulator } = await start();
    const create = () => call("POST", path, { name: "silo_url", value: "https://a.example" });
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
    const change = { value: "https://b.example" };
    expect((await call("PATCH", `${path}/SILO_URL`, change)).status).toBe(204);
    expect((await call("PATCH", `${path}/OTHER`, change)).status).toBe(404);
    expect(emulator.reveal("acme/erp", place).variables).toEqual(
      new Map([["SILO_URL", "https://b.example"]]),
    );
    expect((await call("GET", `${path}/silo_url`)).body).toMatchObject({
      name: "SILO_URL",
      value: "https://b.example",
    });
  });

  it("can be renamed, but not onto another one", async () => {
    const { call, emulator } = await start();
    await call("POST", path, { name: "A", value: "1" });
    await call("POST", path, { name: "B", value: "2" });
    expect((await call("PATCH", `${path}/A`, { name: "B" })).status).toBe(409);
    expect((await call("PATCH", `${path}/A`, { name: "C" })).status).toBe(204);
    expect([...emulator.reveal("acme/erp", place).variables.keys()].sort()).toEqual(["B", "C"]);
  });

  it("are gone after one deletion", async () => {
    const { call } = await start();
    await call("POST", path, { name: "A", value: "1" });
    expect((await call("DELETE", `${path}/A`)).status).toBe(204);
    expect((await call("DELETE", `${path}/A`)).status).toBe(404);
  });

  it("come ten to a page, at most thirty", async () => {
    const { call } = await start();
    for (let index = 0; index < 35; index++) {
      await call("POST", path, { name: `V_${index}`, value: "1" });
    }
    const count = async (query: string) =>
      (await call<{ variables: unknown[] }>("GET", path + query)).body.variables.length;
    expect(await count("")).toBe(10);
    expect(await count("?per_page=100")).toBe(30);
    expect(await count("?per_page=30&page=2")).toBe(5);
  });

  it("refuse GitHub's own names", async () => {
    const { call } = await start();
    expect((await call("POST", path, { name: "GITHUB_X", value: "1" })).status).toBe(422);
  });
});
