import { describe, expect, it } from "vitest";
import { aGitHub } from "./a-github.ts";

describe("git", () => {
  it("names objects as git does", async () => {
    const { call } = aGitHub();
    const blob = await call("POST", "/git/blobs", { content: "hello\n" });
    expect(blob).toMatchObject({
      status: 201,
      body: { sha: "ce013625030ba8dba906f756967f9e9ca394464a" },
    });
    const entry = { path: "hello.txt", mode: "100644", type: "blob", sha: blob.body.sha };
    const tree = await call("POST", "/git/trees", { tree: [entry] });
    expect(tree.body.sha).toBe("aaa96ced2d9a1c8e72c56b253a0e2fe78393feb7");
  });

  it("makes an orphan branch of a root commit, which needs a file", async () => {
    const { call, emulator } = aGitHub();
    expect((await call("POST", "/git/trees", { tree: [] })).body.message).toBe("Invalid tree info");
    const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const empty = await call("POST", "/git/commits", { message: "x", tree: emptyTree });
    expect(empty.status).toBe(422);
    const entry = { path: "status/README.md", mode: "100644", type: "blob", content: "Status\n" };
    const tree = await call("POST", "/git/trees", { tree: [entry] });
    const commit = await call("POST", "/git/commits", {
      message: "Root",
      tree: tree.body.sha,
      parents: [],
    });
    expect(commit).toMatchObject({ status: 201, body: { verification: { verified: true } } });
    const ref = { ref: "refs/heads/silo-status", sha: commit.body.sha };
    expect((await call("POST", "/git/refs", ref)).status).toBe(201);
    expect(emulator.files("acme/erp", "silo-status")).toEqual(
      new Map([["status/README.md", "Status\n"]]),
    );
  });

  it("gives a reference to the first of two who make it", async () => {
    const { call, emulator } = aGitHub();
    const sha = emulator.push("acme/erp", "main", { "a.txt": "a" });
    const make = (ref: string) => call("POST", "/git/refs", { ref, sha });
    expect((await make("refs/heads/silo-lock/acme-erp")).status).toBe(201);
    expect((await make("refs/heads/silo-lock/acme-erp")).body.message).toBe(
      "Reference already exists",
    );
    expect((await make("refs/heads/silo-lock")).status).toBe(422);
    expect((await make("heads/x")).status).toBe(422);
    expect((await call("DELETE", "/git/refs/heads/silo-lock/acme-erp")).status).toBe(204);
    expect((await call("DELETE", "/git/refs/heads/silo-lock/acme-erp")).status).toBe(422);
    expect((await make("refs/heads/silo-lock/acme-erp")).status).toBe(201);
  });

  it("moves a reference forward, and back only by force", async () => {
    const { call, emulator } = aGitHub();
    const one = emulator.push("acme/erp", "main", { "a.txt": "1" });
    const two = emulator.push("acme/erp", "main", { "a.txt": "2" });
    const move = (sha: string, force?: boolean) =>
      call("PATCH", "/git/refs/heads/main", { sha, ...(force && { force }) });
    expect((await move(one)).body.message).toBe("Update is not a fast forward");
    expect((await move(one, true)).status).toBe(200);
    expect((await move(two)).status).toBe(200);
    expect((await call("GET", "/git/ref/heads/main")).body).toMatchObject({
      ref: "refs/heads/main",
      object: { sha: two },
    });
    expect((await call("GET", "/git/ref/heads/nope")).status).toBe(404);
  });

  it("finds references by their beginning", async () => {
    const { call, emulator } = aGitHub();
    for (const name of ["silo/a", "silo/b", "other"]) emulator.push("acme/erp", name, {});
    const found = await call<{ ref: string }[]>("GET", "/git/matching-refs/heads/silo/");
    expect(found.body.map(({ ref }) => ref)).toEqual(["refs/heads/silo/a", "refs/heads/silo/b"]);
  });

  it("lays entries over a base tree and takes files away", async () => {
    const { call, emulator } = aGitHub({}, { files: { "a/b.txt": "b", "c.txt": "c" } });
    const sha = emulator.push("acme/erp", "main", {});
    const { body: commit } = await call<{ tree: { sha: string } }>("GET", `/git/commits/${sha}`);
    const tree = await call<{ tree: { path: string }[] }>("POST", "/git/trees", {
      base_tree: commit.tree.sha,
      tree: [
        { path: "a/b.txt", mode: "100644", type: "blob", sha: null },
        { path: "a/d.txt", mode: "100644", type: "blob", content: "d" },
      ],
    });
    expect(tree.body.tree.map(({ path }) => path)).toEqual(["a", "c.txt"]);
    const { sha: made } = tree.body as unknown as { sha: string };
    const deep = await call<{ tree: { path: string }[] }>("GET", `/git/trees/${made}?recursive=1`);
    expect(deep.body.tree.map(({ path }) => path)).toEqual(["a", "a/d.txt", "c.txt"]);
  });
});

describe("contents", () => {
  it("are a file, or the list of a folder", async () => {
    const { call } = aGitHub({}, { files: { "silos/a b.yml": "silo_id: x\n" } });
    const file = await call("GET", "/contents/silos/a%20b.yml?ref=main");
    expect(file.body).toMatchObject({ type: "file", encoding: "base64", path: "silos/a b.yml" });
    expect(Buffer.from(String(file.body.content), "base64").toString()).toBe("silo_id: x\n");
    expect((await call("GET", "/contents/silos")).body).toMatchObject([{ name: "a b.yml" }]);
    expect((await call("GET", "/contents/nope")).status).toBe(404);
    expect((await call("GET", "/contents/silos?ref=nope")).status).toBe(404);
  });

  it("are written on top of the version that was read, or not at all", async () => {
    const { call, emulator } = aGitHub();
    const content = (text: string) => Buffer.from(text).toString("base64");
    const put = (text: string, sha?: unknown) =>
      call<{ content: { sha: string } }>("PUT", "/contents/a.txt", {
        message: "Write",
        content: content(text),
        ...(sha !== undefined && { sha }),
      });
    const first = await put("1");
    expect(first.status).toBe(201);
    expect((await put("2")).status).toBe(422);
    expect((await put("2", first.body.content.sha)).status).toBe(200);
    expect((await put("3", first.body.content.sha)).status).toBe(409);
    expect(emulator.files("acme/erp", "main")?.get("a.txt")).toBe("2");
    const { body } = await call("GET", "/contents/a.txt");
    const remove = { message: "Remove", sha: body.sha };
    expect((await call("DELETE", "/contents/a.txt", remove)).status).toBe(200);
    expect((await call("GET", "/contents/a.txt")).status).toBe(404);
  });
});

describe("rules", () => {
  const rules = [{ kind: "ruleset" as const, requiredReviews: 2, codeOwners: true }];

  it("of a ruleset show in the rules of the branch, not in its protection", async () => {
    const { call } = aGitHub({}, { rules });
    expect((await call("GET", "/branches/main/protection")).status).toBe(404);
    const list = await call<{ id: number; enforcement: string }[]>("GET", "/rulesets");
    expect(list.body).toMatchObject([{ enforcement: "active", target: "branch" }]);
    const rule = { type: "pull_request", parameters: { required_approving_review_count: 2 } };
    expect((await call("GET", "/rules/branches/main")).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: "pull_request" })]),
    );
    expect((await call("GET", `/rulesets/${list.body[0]?.id}`)).body).toMatchObject({
      rules: expect.arrayContaining([expect.objectContaining({ type: rule.type })]),
    });
    expect((await call("GET", "/rules/branches/other")).body).toEqual([]);
  });

  it("of a protection show there, with reviews and code owners", async () => {
    const { call } = aGitHub({}, { rules: [{ requiredReviews: 1, codeOwners: true }] });
    expect((await call("GET", "/branches/main/protection")).body).toMatchObject({
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        require_code_owner_reviews: true,
      },
    });
    expect((await call("GET", "/rules/branches/main")).body).toEqual([]);
    expect((await call("GET", "/branches/nope/protection")).body.message).toBe("Branch not found");
  });

  it("keep everybody from writing past a pull request but who may", async () => {
    const write = async (bypass: readonly string[]) => {
      const github = aGitHub({}, { rules: [{ ...rules[0], bypass }] });
      const body = { message: "x", content: "eA==" };
      return (await github.call("PUT", "/contents/a.txt", body)).status;
    };
    expect(await write([])).toBe(422);
    expect(await write(["silo-manager[bot]"])).toBe(201);
  });

  it("are not to be had for a private repository of a free account", async () => {
    const { call } = aGitHub({}, { private: true, plan: "free" });
    for (const path of ["/branches/main/protection", "/rulesets", "/rules/branches/main"]) {
      expect((await call("GET", path)).status).toBe(403);
    }
  });
});

describe("workflows", () => {
  it("are asked to run", async () => {
    const files = { ".github/workflows/silo.yml": "on: workflow_dispatch\n" };
    const { call, emulator } = aGitHub({}, { files });
    const path = "/actions/workflows/silo.yml/dispatches";
    const body = { ref: "main", inputs: { silo: "acme-erp" } };
    expect((await call("POST", path, body)).status).toBe(204);
    const told = await call("POST", path, { ...body, return_run_details: true });
    expect(told).toMatchObject({ status: 200, body: { workflow_run_id: expect.any(Number) } });
    expect((await call("POST", path, { ref: "nope" })).status).toBe(422);
    const missing = "/actions/workflows/other.yml/dispatches";
    expect((await call("POST", missing, body)).status).toBe(404);
    expect((await call("POST", "/dispatches", { event_type: "silo" })).status).toBe(204);
    expect(emulator.dispatches("acme/erp")).toMatchObject([
      { workflow: "silo.yml", inputs: { silo: "acme-erp" }, actor: "silo-manager[bot]" },
      { workflow: "silo.yml" },
      { workflow: "repository_dispatch:silo" },
    ]);
  });
});
