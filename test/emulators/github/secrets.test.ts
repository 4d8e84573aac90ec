import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";
import { sealFor } from "./seal.ts";

const repo = "/actions/secrets";
const ops = "/environments/ops/secrets";

describe.each([
  ["of the repository", repo, "repository" as const],
  ["of an environment", ops, { environment: "ops" }],
])("secrets %s", (_name, path, place) => {
  const start = async () => {
    const github = aGitHub();
    await github.call("PUT", "/environments/ops");
    return github;
  };

  it("are opened for tests, and never shown by the API", async () => {
    const github = await start();
    const { call, emulator } = github;
    const put = async (value: string) =>
      (await call("PUT", `${path}/SILO_KEY`, await sealFor(github, path, value))).status;
    expect(await put("first")).toBe(201);
    expect(await put("geheim ✓")).toBe(204);
    expect(emulator.reveal("acme/erp", place).secrets).toEqual(new Map([["SILO_KEY", "geheim ✓"]]));
    const listed = await call("GET", path);
    expect(listed.body).toMatchObject({ total_count: 1, secrets: [{ name: "SILO_KEY" }] });
    expect(JSON.stringify([listed, await call("GET", `${path}/SILO_KEY`)])).not.toContain("geheim");
  });

  it("tell when they were written last", async () => {
    const github = await start();
    const { call, clock } = github;
    await call("PUT", `${path}/A`, await sealFor(github, path, "one"));
    clock.advance(60_000);
    await call("PUT", `${path}/A`, await sealFor(github, path, "two"));
    expect((await call("GET", `${path}/A`)).body).toEqual({
      name: "A",
      created_at: "2026-11-24T12:00:00Z",
      updated_at: "2026-11-24T12:01:00Z",
    });
  });

  it("are deleted once", async () => {
    const github = await start();
    const { call } = github;
    await call("PUT", `${path}/A`, await sealFor(github, path, "one"));
    expect((await call("DELETE", `${path}/a`)).status).toBe(204);
    expect((await call("DELETE", `${path}/A`)).status).toBe(404);
    expect((await call("GET", `${path}/A`)).status).toBe(404);
  });

  it("are refused when they were sealed for another key", async () => {
    const github = await start();
    const { call, emulator } = github;
    await call("PUT", "/environments/other");
    const other = await sealFor(github, "/environments/other/secrets", "value");
    const { key_id } = await sealFor(github, path, "value");
    expect((await call("PUT", `${path}/A`, other)).status).toBe(422);
    const improper = await call("PUT", `${path}/A`, { ...other, key_id });
    expect(improper).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/improperly encrypted/) },
    });
    const old = await sealFor(github, path, "value");
    emulator.rotateKeys("acme/erp");
    expect((await call("PUT", `${path}/A`, old)).status).toBe(422);
    expect(emulator.reveal("acme/erp", place).secrets.size).toBe(0);
  });

  it("have names without case, none of GitHub's own", async () => {
    const github = await start();
    const { call } = github;
    const put = async (name: string) =>
      (await call("PUT", `${path}/${name}`, await sealFor(github, path, "v"))).status;
    expect(await put("silo_key")).toBe(201);
    expect(await put("Silo_Key")).toBe(204);
    expect((await call("GET", `${path}/SILO_KEY`)).body.name).toBe("SILO_KEY");
    expect(await put("GITHUB_KEY")).toBe(422);
    expect(await put("github_key")).toBe(422);
    expect(await put("1KEY")).toBe(422);
    expect(await put("A-KEY")).toBe(422);
  });

  it("are at most a hundred of 48 KB each", async () => {
    const github = await start();
    const { call } = github;
    const put = async (name: string, value: string) =>
      (await call("PUT", `${path}/${name}`, await sealFor(github, path, value))).status;
    expect(await put("LONG", "x".repeat(48 * 1024 + 1))).toBe(422);
    expect(await put("LONG", "x".repeat(48 * 1024))).toBe(201);
    for (let index = 1; index < 100; index++) await put(`S_${index}`, "v");
    expect(await put("ONE_MORE", "v")).toBe(422);
    expect(await put("S_1", "changed")).toBe(204);
  });

  it("are listed in pages with links to the others", async () => {
    const github = await start();
    const { call } = github;
    for (const name of ["C", "A", "B"]) {
      await call("PUT", `${path}/${name}`, await sealFor(github, path, "v"));
    }
    const first = await call<{ secrets: { name: string }[] }>("GET", `${path}?per_page=2`);
    expect(first.body).toMatchObject({ total_count: 3, secrets: [{ name: "A" }, { name: "B" }] });
    const [, next = ""] =
      /<https:\/\/api\.github\.local([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "") ??
      [];
    const second = await call("GET", `/${next}`);
    expect(second.body).toMatchObject({ secrets: [{ name: "C" }] });
    expect(second.headers.get("link")).not.toContain('rel="next"');
  });
});

describe("secrets", () => {
  it("have a key of their own in every place", async () => {
    const { call } = aGitHub();
    await call("PUT", "/environments/ops");
    const keys = [await call("GET", `${repo}/public-key`), await call("GET", `${ops}/public-key`)];
    expect(keys[0]?.body.key).not.toBe(keys[1]?.body.key);
    expect(Buffer.from(String(keys[0]?.body.key), "base64")).toHaveLength(32);
    expect((await call("GET", `${repo}/public-key`)).body).toEqual(keys[0]?.body);
  });

  it("have no place in an environment that is not there", async () => {
    const { call } = aGitHub();
    const sealed = { encrypted_value: "AAAA", key_id: "1" };
    expect((await call("GET", ops)).status).toBe(404);
    expect((await call("GET", `${ops}/public-key`)).status).toBe(404);
    expect((await call("PUT", `${ops}/A`, sealed)).status).toBe(404);
  });

  it("go with their environment", async () => {
    const github = aGitHub();
    const { call, emulator } = github;
    await call("PUT", "/environments/ops");
    await call("PUT", `${ops}/A`, await sealFor(github, ops, "v"));
    expect((await call("DELETE", "/environments/ops")).status).toBe(204);
    await call("PUT", "/environments/ops");
    expect(emulator.reveal("acme/erp", { environment: "ops" }).secrets.size).toBe(0);
  });

  it("leave no value in the log of requests", async () => {
    const github = aGitHub();
    const sealed = await sealFor(github, repo, "v");
    await github.call("PUT", `${repo}/A`, sealed);
    const last = github.emulator.requests.at(-1);
    expect(last).toMatchObject({ method: "PUT", action: "repository-secret-put", status: 201 });
    expect(JSON.stringify(github.emulator.requests)).not.toMatch(/Bearer|any/);
    expect(JSON.stringify(github.emulator.requests)).not.toContain(sealed.encrypted_value);
  });

  it("that are no base64 come back in the text of the refusal, as they really do", async () => {
    const { call, raw } = aGitHub();
    const { key_id } = (await call("GET", `${repo}/public-key`)).body;
    const answer = await raw("PUT", `${repo}/A`, { encrypted_value: "not-sealed", key_id });
    expect(answer).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/not-sealed does not/) },
    });
  });
});
