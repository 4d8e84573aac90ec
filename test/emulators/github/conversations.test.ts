import { describe, expect, it } from "vitest";
import { type Answer, aGitHub } from "./a-github.ts";

const pulls = [
  {
    title: "More memory",
    head: "more-memory",
    files: { "silos/acme-erp.yml": "silo_id: x\nmemory: 512\n", "README.md": null },
  },
];
const files = { "README.md": "# ERP\n", "silos/acme-erp.yml": "silo_id: x\n" };

describe("comments", () => {
  it("are found on whichever page they are", async () => {
    const { call } = aGitHub({}, { pulls });
    for (let index = 0; index < 65; index++) {
      await call("POST", "/issues/1/comments", { body: `Comment ${index}` });
    }
    const bodies: string[] = [];
    let next: string | undefined = "/repos/acme/erp/issues/1/comments";
    while (next !== undefined) {
      const page: Answer<{ body: string }[]> = await call("GET", `/${next}`);
      bodies.push(...page.body.map(({ body }) => body));
      const link: string = page.headers.get("link") ?? "";
      next = /<https:\/\/api\.github\.local([^>]+)>; rel="next"/.exec(link)?.[1];
    }
    expect(bodies).toHaveLength(65);
    expect(bodies.at(-1)).toBe("Comment 64");
  });

  it("are changed in place, and say who wrote them", async () => {
    const { call, emulator } = aGitHub({}, { pulls });
    const { body } = await call("POST", "/issues/1/comments", { body: "first" }, "github_token:x");
    expect(body).toMatchObject({ user: { login: "github-actions[bot]", type: "Bot" } });
    expect((await call("PATCH", `/issues/comments/${body.id}`, { body: "second" })).status).toBe(
      200,
    );
    expect(emulator.comments("acme/erp", 1)).toEqual(["second"]);
    expect((await call("DELETE", `/issues/comments/${body.id}`)).status).toBe(204);
    expect((await call("GET", `/issues/comments/${body.id}`)).status).toBe(404);
  });

  it("have at most 65,536 characters", async () => {
    const { call } = aGitHub({}, { pulls });
    const comment = async (body: string) =>
      (await call("POST", "/issues/1/comments", { body })).status;
    expect(await comment("x".repeat(65_536))).toBe(201);
    expect(await comment("x".repeat(65_537))).toBe(422);
    expect(await comment(" ")).toBe(422);
  });

  it("need an issue", async () => {
    const { call } = aGitHub();
    expect((await call("POST", "/issues/1/comments", { body: "x" })).status).toBe(404);
  });
});

describe("issues", () => {
  it("are opened, labelled, found by label and closed", async () => {
    const { call } = aGitHub();
    const made = await call("POST", "/issues", { title: "Drift", labels: ["silo"] });
    expect(made).toMatchObject({ status: 201, body: { number: 1, state: "open" } });
    await call("POST", "/issues/1/labels", { labels: ["drift", "silo"] });
    const found = async (query: string) =>
      (await call<{ number: number }[]>("GET", `/issues?${query}`)).body.map((one) => one.number);
    expect(await found("labels=drift,silo")).toEqual([1]);
    expect(await found("labels=other")).toEqual([]);
    expect((await call("PATCH", "/issues/1", { state: "closed" })).body).toMatchObject({
      state: "closed",
      closed_at: "2026-11-24T12:00:00Z",
    });
    expect(await found("labels=drift")).toEqual([]);
    expect(await found("state=all")).toEqual([1]);
  });
});

describe("pull requests", () => {
  it("show their two sides and what they change", async () => {
    const { call } = aGitHub({}, { files, pulls });
    const { body } = await call("GET", "/pulls/1");
    expect(body).toMatchObject({
      head: { ref: "more-memory", repo: { full_name: "acme/erp" } },
      base: { ref: "main" },
      changed_files: 2,
      additions: 1,
    });
    const changes = await call<{ filename: string; status: string }[]>("GET", "/pulls/1/files");
    expect(changes.body.map(({ filename, status }) => [filename, status])).toEqual([
      ["README.md", "removed"],
      ["silos/acme-erp.yml", "modified"],
    ]);
    expect((await call("GET", "/pulls?head=acme:more-memory")).body).toHaveLength(1);
    expect((await call("GET", "/pulls/2")).status).toBe(404);
  });

  it("follow their branch until they are merged", async () => {
    const { call, emulator } = aGitHub({}, { files, pulls });
    const sha = emulator.push("acme/erp", "more-memory", { "new.txt": "new" });
    expect((await call("GET", "/pulls/1")).body).toMatchObject({ head: { sha } });
    emulator.merge("acme/erp", 1);
    expect(emulator.files("acme/erp", "main")?.get("new.txt")).toBe("new");
    expect(emulator.files("acme/erp", "main")?.has("README.md")).toBe(false);
    expect((await call("GET", "/pulls")).body).toEqual([]);
  });

  it("are opened once for a branch", async () => {
    const { call, emulator } = aGitHub();
    const open = () => call("POST", "/pulls", { title: "Remove", head: "expired", base: "main" });
    expect((await open()).status).toBe(422);
    emulator.push("acme/erp", "expired", { "README.md": null });
    expect((await open()).status).toBe(201);
    expect(await open()).toMatchObject({
      status: 422,
      body: { errors: [{ message: expect.stringMatching(/already exists/) }] },
    });
    expect((await call("PATCH", "/pulls/1", { state: "closed" })).body.state).toBe("closed");
    expect((await open()).status).toBe(201);
  });

  it("from a fork say so", async () => {
    const fork = pulls.map((pull) => ({ ...pull, headRepository: "mallory/erp" }));
    const { call } = aGitHub({}, { files, pulls: fork });
    expect((await call("GET", "/pulls/1")).body).toMatchObject({
      head: { label: "mallory:more-memory", repo: { full_name: "mallory/erp", fork: true } },
    });
  });
});
