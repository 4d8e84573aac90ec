import { describe, expect, it } from "vitest";
import { type AGitHub, aGitHub } from "./a-github.ts";

const mutation = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url } ref { name target { oid } } }
}`;

type Committed = { readonly createCommitOnBranch: { commit: { oid: string } } | null };

const base64 = (text: string) => Buffer.from(text).toString("base64");

function commit(
  { graphql }: AGitHub,
  expectedHeadOid: string,
  more: Partial<Record<"branch" | "token", string>> & {
    additions?: Record<string, string>;
    deletions?: string[];
  } = {},
) {
  const additions = Object.entries(more.additions ?? {});
  const input = {
    branch: { repositoryNameWithOwner: "acme/erp", branchName: more.branch ?? "main" },
    expectedHeadOid,
    message: { headline: "Status", body: "of all silos" },
    fileChanges: {
      additions: additions.map(([path, text]) => ({ path, contents: base64(text) })),
      deletions: (more.deletions ?? []).map((path) => ({ path })),
    },
  };
  return graphql<Committed>(mutation, { input }, more.token);
}

describe("createCommitOnBranch", () => {
  const start = () => {
    const github = aGitHub({}, { files: { "a.json": "1", "dir/b.json": "1" } });
    return { github, head: github.emulator.push("acme/erp", "main", {}) };
  };

  it("adds, changes and removes files in one signed commit", async () => {
    const { github, head } = start();
    const { data, errors } = await commit(github, head, {
      additions: { "a.json": "2", "new/c.json": "✓" },
      deletions: ["dir/b.json"],
    });
    expect(errors).toBeUndefined();
    const oid = data?.createCommitOnBranch?.commit.oid;
    expect(github.emulator.files("acme/erp", "main")).toEqual(
      new Map([
        ["a.json", "2"],
        ["new/c.json", "✓"],
      ]),
    );
    expect((await github.call("GET", `/git/commits/${oid}`)).body).toMatchObject({
      message: "Status\n\nof all silos",
      parents: [{ sha: head }],
      author: { name: "silo-manager[bot]" },
      verification: { verified: true },
    });
  });

  it("is stale when the branch has moved, and changes nothing", async () => {
    const { github, head } = start();
    const moved = github.emulator.push("acme/erp", "main", { "a.json": "3" });
    const answer = await commit(github, head, { additions: { "a.json": "2" } });
    expect(answer).toMatchObject({
      data: { createCommitOnBranch: null },
      errors: [{ type: "STALE_DATA", path: ["createCommitOnBranch"] }],
    });
    expect(github.emulator.files("acme/erp", "main")?.get("a.json")).toBe("3");
    const again = await commit(github, moved, { additions: { "a.json": "2" } });
    expect(again.errors).toBeUndefined();
  });

  it("needs a branch that is there", async () => {
    const { github, head } = start();
    const { errors } = await commit(github, head, { branch: "silo-status" });
    expect(errors).toMatchObject([{ type: "NOT_FOUND" }]);
  });

  it("refuses to remove a file that is not there, and does nothing else", async () => {
    const { github, head } = start();
    const changes = { additions: { "a.json": "2" }, deletions: ["nope.json"] };
    expect((await commit(github, head, changes)).errors).toMatchObject([
      { message: expect.stringMatching(/requested for deletion which does not exist/) },
    ]);
    expect(github.emulator.files("acme/erp", "main")?.get("a.json")).toBe("1");
  });

  it("refuses paths that git could not hold", async () => {
    const { github, head } = start();
    for (const path of ["/a", "../a", "a//b", ""]) {
      const { errors } = await commit(github, head, { additions: { [path]: "x" } });
      expect(errors).toHaveLength(1);
    }
  });

  it("is forbidden to a fork, and to touch workflows without their permission", async () => {
    const { github, head } = start();
    const fork = await commit(github, head, { token: "fork:x" });
    expect(fork.errors).toMatchObject([{ type: "FORBIDDEN" }]);
    const workflow = { ".github/workflows/x.yml": "on: push" };
    const token = "github_token:x";
    const changed = await commit(github, head, { additions: workflow, token });
    expect(changed.errors).toMatchObject([{ type: "FORBIDDEN" }]);
    expect((await commit(github, head, { token })).errors).toBeUndefined();
  });

  it("does not pass the rules of a branch", async () => {
    const github = aGitHub({}, { rules: [{ kind: "ruleset", requiredReviews: 1 }] });
    const head = github.emulator.push("acme/erp", "main", {});
    expect((await commit(github, head)).errors).toMatchObject([
      { message: expect.stringMatching(/Changes must be made through a pull request/) },
    ]);
  });

  it("tells what is wrong with its input without doing any of it", async () => {
    const { github, head } = start();
    const input = {
      branch: { repositoryNameWithOwner: "acme/erp", branchName: "main" },
      expectedHeadOid: null,
      message: { headline: "x" },
    };
    const { body } = await github.raw("POST", "//graphql", {
      query: mutation,
      variables: { input },
    });
    expect(body).not.toHaveProperty("data");
    expect(body.errors).toMatchObject([{ message: expect.stringMatching(/expectedHeadOid/) }]);
    const { body: ref } = await github.call("GET", "/git/ref/heads/main");
    expect(ref).toMatchObject({ object: { sha: head } });
  });
});

describe("queries", () => {
  const files = { "silos/status/a.json": "{}", "silos/status/b.json": "✓", "bin.dat": "\0" };

  it("read several files of a branch at once, a missing one as null", async () => {
    const { graphql } = aGitHub({}, { files });
    const { data } = await graphql(
      `query ($owner: String!, $name: String!, $b: String!) {
        repository(owner: $owner, name: $name) {
          ref(qualifiedName: "refs/heads/main") { name target { oid } }
          f0: object(expression: "main:silos/status/a.json") { ...text }
          f1: object(expression: $b) { ... on Blob { text byteSize isTruncated } }
          f2: object(expression: "main:nope") { ...text }
          f3: object(expression: "main:bin.dat") { ... on Blob { text isBinary } }
          none: ref(qualifiedName: "refs/heads/nope") { name }
        }
      }
      fragment text on Blob { text }`,
      { owner: "acme", name: "erp", b: "main:silos/status/b.json" },
    );
    expect(data).toMatchObject({
      repository: {
        ref: { name: "main", target: { oid: expect.stringMatching(/^[0-9a-f]{40}$/) } },
        f0: { text: "{}" },
        f1: { text: "✓", byteSize: 3, isTruncated: false },
        f2: null,
        f3: { text: null, isBinary: true },
        none: null,
      },
    });
  });

  it("list a folder, references and environments in pages", async () => {
    const { graphql, call, emulator } = aGitHub({}, { files });
    for (const name of ["a", "b", "c"]) {
      emulator.push("acme/erp", name, {});
      await call("PUT", `/environments/${name}`);
    }
    const query = `query ($after: String) {
      repository(owner: "acme", name: "erp") {
        object(expression: "main:silos/status") { ... on Tree { entries { name object { ... on Blob { text } } } } }
        refs(refPrefix: "refs/heads/", first: 3, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
        environments(first: 10) { totalCount nodes { name } }
      }
    }`;
    interface Found {
      repository: { refs: { nodes: unknown; pageInfo: { endCursor: string } } };
    }
    const first = await graphql<Found>(query);
    expect(first.data?.repository).toMatchObject({
      object: {
        entries: [
          { name: "a.json", object: { text: "{}" } },
          { name: "b.json", object: { text: "✓" } },
        ],
      },
      refs: {
        nodes: [{ name: "a" }, { name: "b" }, { name: "c" }],
        pageInfo: { hasNextPage: true },
      },
      environments: { totalCount: 3, nodes: [{ name: "a" }, { name: "b" }, { name: "c" }] },
    });
    const after = first.data?.repository.refs.pageInfo.endCursor;
    const second = await graphql<Found>(query, { after });
    expect(second.data?.repository.refs).toMatchObject({
      nodes: [{ name: "main" }],
      pageInfo: { hasNextPage: false },
    });
  });

  it("answer what they can, with an error beside what they cannot", async () => {
    const { graphql } = aGitHub();
    const { data, errors } = await graphql(`{
      viewer { login }
      there: repository(owner: "acme", name: "erp") { nameWithOwner }
      gone: repository(owner: "acme", name: "nope") { nameWithOwner }
    }`);
    expect(data).toEqual({
      viewer: { login: "silo-manager[bot]" },
      there: { nameWithOwner: "acme/erp" },
      gone: null,
    });
    expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["gone"] }]);
  });

  it("leave out what a condition excludes", async () => {
    const { graphql } = aGitHub();
    const query = `query ($with: Boolean!) {
      viewer { login @include(if: $with) databaseId @skip(if: $with) }
    }`;
    expect((await graphql(query, { with: true })).data).toEqual({
      viewer: { login: "silo-manager[bot]" },
    });
  });

  it.each([
    ["an unknown field", "{ repository(owner: 1, name: 2) { nope } }", /'nope' doesn't exist/],
    ["an unknown argument", "{ viewer(id: 1) { login } }", /doesn't accept argument 'id'/],
    ["a missing argument", '{ repository(owner: "acme") { id } }', /missing required .*name/],
    ["no selection", "{ viewer }", /must have selections/],
    ["a selection in a scalar", "{ viewer { login { x } } }", /can't be made on scalars/],
    ["an undeclared variable", "{ viewer { login @include(if: $x) } }", /\$x is used but not/],
    ["an unknown fragment", "{ viewer { ...x } }", /x was used, but not defined/],
    ["an unknown directive", "{ viewer { login @defer } }", /expected @include/],
    ["a document that ends early", "{ viewer { login }", /end of file/],
    ["a character that is none of GraphQL's", "{ viewer { ; } }", /Unexpected character/],
    ["a subscription", "subscription { viewer { login } }", /expected query or mutation/],
    ["a fragment that does not fit", "{ viewer { ... on Blob { text } } }", /can't be spread/],
  ])("are refused whole for %s", async (_name, query, message) => {
    const { raw } = aGitHub();
    const answer = await raw<{ errors: { message: string }[] }>("POST", "//graphql", { query });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty("data");
    expect(answer.body.errors[0]?.message).toMatch(message);
  });
});
