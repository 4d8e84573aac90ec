/** Files of a branch: read in one query, written by compare-and-swap, on a branch made once. */

import { describe, expect, it } from "vitest";
import { object } from "#clients/shape.ts";
import type { GitHubWrites } from "#world/github.ts";
import * as answers from "./answers.ts";
import { graphqlViolations } from "./graphql-contract.ts";
import {
  type Answer,
  type Asked,
  connectionError,
  empty,
  failureOf,
  json,
  refusal,
  repo,
  routes,
  scripted,
} from "./scripted.ts";

const at = "/repos/acme/erp";
const [before, ours, other] = [answers.sha("a"), answers.sha("b"), answers.sha("c")];
const refLine = `GET ${at}/git/ref/heads%2Fsilo-status`;
const head = (sha: string) => () => json(200, answers.ref("silo-status", sha));
const data = (answer: unknown) => () => json(200, { data: answer });
const error = (type: string | undefined, message: string) => () =>
  json(200, { data: { createCommitOnBranch: null }, errors: [{ type, message, path: [] }] });
const content = '{"é":1}\n';
const commit = {
  branch: "silo-status",
  expectedHead: before,
  message: "Status of acme-erp\n\nrun 7",
  additions: new Map([["silos/status/acme-erp.json", content]]),
  deletions: ["silos/status/old.json"],
};
const committed = data({ createCommitOnBranch: { commit: { oid: ours } } });
const commitTo = (client: GitHubWrites) => client.commitFiles(repo, commit);
const mutations = (asked: readonly Asked[]) =>
  asked.filter(({ body }) => JSON.stringify(body ?? "").includes("createCommitOnBranch"));

describe("commitFiles", () => {
  it("is one mutation onto the expected head", async () => {
    const { client, asked } = scripted(committed);
    expect(await commitTo(client)).toEqual({ kind: "committed", oid: ours });
    expect(asked).toHaveLength(1);
    expect(object(asked[0]?.body, "body").variables).toEqual({
      input: {
        branch: { repositoryNameWithOwner: repo, branchName: "silo-status" },
        expectedHeadOid: before,
        message: { headline: "Status of acme-erp", body: "run 7" },
        fileChanges: {
          additions: [
            {
              path: "silos/status/acme-erp.json",
              contents: Buffer.from(content).toString("base64"),
            },
          ],
          deletions: [{ path: "silos/status/old.json" }],
        },
      },
    });
    expect(graphqlViolations(asked[0]?.body)).toEqual([]);
  });

  it("says that the branch moved", async () => {
    const words = `Expected branch to point to "${before}" but it did not. Pull and try again.`;
    const { client, asked } = scripted(error("STALE_DATA", words));
    expect(await commitTo(client)).toEqual({ kind: "stale" });
    expect(asked).toHaveLength(1);
  });

  const lost: Readonly<Record<string, () => Answer>> = {
    "a connection that breaks": () => connectionError("ECONNRESET"),
    "a 502": () => refusal(502, "Server Error"),
    "trouble inside": error(undefined, "Something went wrong while executing your query"),
    "an answer that is cut short": () =>
      new Response('{"data":{"createC', { headers: { "content-type": "application/json" } }),
  };

  describe.each(Object.entries(lost))("after %s", (_what, answer) => {
    const look = (table: Record<string, () => Answer>, files?: () => Answer) =>
      scripted(routes({ "POST /graphql": [answer, files ?? empty], ...table }));
    const made = (message = commit.message, parent = before) => ({
      [refLine]: head(ours),
      [`GET ${at}/git/commits/${ours}`]: () => json(200, answers.commit(ours, parent, message)),
    });
    const file = (text: string) => data({ repository: { f0: answers.blob(text) } });

    it("finds its commit at the head", async () => {
      const { client, asked, violations } = look(made(), file(content));
      expect(await commitTo(client)).toEqual({ kind: "committed", oid: ours });
      expect(mutations(asked)).toHaveLength(1);
      expect(violations()).toEqual([]);
    });

    it.each([
      ["another message", made("Status of acme-crm"), file(content)],
      ["another parent", made(commit.message, other), file(content)],
      ["other files", made(), file("{}")],
    ])("takes a head with %s for somebody else's", async (_which, table, files) => {
      const { client, asked } = look(table, files);
      expect(await commitTo(client)).toEqual({ kind: "stale" });
      expect(mutations(asked)).toHaveLength(1);
    });

    it("does not know while the head stands, and sends nothing again", async () => {
      const { client, asked } = look({ [refLine]: head(before) });
      expect(await failureOf(commitTo(client))).toMatchObject({ facts: { ambiguous: true } });
      expect(mutations(asked)).toHaveLength(1);
    });
  });

  it.each([
    ["FORBIDDEN", "forbidden"],
    ["INSUFFICIENT_SCOPES", "forbidden"],
    ["NOT_FOUND", "not_found"],
    ["UNPROCESSABLE", "invalid"],
    [undefined, "invalid"],
  ])("is refused with %s as %s, and looks for nothing", async (type, category) => {
    const { client, asked } = scripted(error(type, "No"));
    expect(await failureOf(commitTo(client))).toMatchObject({
      facts: { category, ambiguous: false, requestId: "0400:1A2B:3C4D" },
      message: expect.stringContaining("No"),
    });
    expect(asked).toHaveLength(1);
  });
});

describe("ensureBranch", () => {
  const table = {
    [`POST ${at}/git/trees`]: () => json(201, answers.tree(other)),
    [`POST ${at}/git/commits`]: () => json(201, answers.commit(ours, "", "Begin")),
    [`POST ${at}/git/refs`]: () => json(201, answers.ref("silo-status", ours)),
    [`GET ${at}`]: () => json(200, { id: 5 }),
  };
  const ensure = (changes: Record<string, (() => Answer) | (() => Answer)[]>) =>
    scripted(routes({ ...table, ...changes }));
  const none = () => refusal(404, "Not Found");
  const posts = (asked: readonly Asked[]) => asked.filter(({ method }) => method === "POST");

  it("leaves one that is there", async () => {
    const { client, asked } = ensure({ [refLine]: head(before) });
    expect(await client.ensureBranch(repo, "silo-status")).toBe(before);
    expect(asked).toHaveLength(1);
  });

  it("makes one without parents, of a README: GitHub makes no empty tree", async () => {
    const { client, asked, violations } = ensure({ [refLine]: none });
    expect(await client.ensureBranch(repo, "silo-status")).toBe(ours);
    expect(posts(asked).map(({ body }) => body)).toEqual([
      {
        tree: [
          {
            path: "README.md",
            mode: "100644",
            type: "blob",
            content: expect.stringContaining("silo-manager"),
          },
        ],
      },
      { message: "Begin silo-status", tree: other, parents: [] },
      { ref: "refs/heads/silo-status", sha: ours },
    ]);
    expect(violations()).toEqual([]);
  });

  it.each([
    ["somebody was faster", () => refusal(422, "Reference already exists")],
    ["the answer is lost", () => connectionError("ECONNRESET")],
    ["the server stumbles", () => refusal(500, "Server Error")],
  ])("looks again when %s, and sends the ref once", async (_what, answer) => {
    const { client, asked } = ensure({
      [refLine]: [none, head(other)],
      [`POST ${at}/git/refs`]: answer,
    });
    expect(await client.ensureBranch(repo, "silo-status")).toBe(other);
    expect(posts(asked)).toHaveLength(3);
  });

  it("throws what it does not know", async () => {
    const { client, asked } = ensure({
      [refLine]: none,
      [`POST ${at}/git/refs`]: () => connectionError("ECONNRESET"),
    });
    expect(await failureOf(client.ensureBranch(repo, "silo-status"))).toMatchObject({
      facts: { ambiguous: true },
    });
    expect(posts(asked)).toHaveLength(3);
  });

  it("an empty repository has no branch", async () => {
    const { client } = ensure({ [refLine]: () => refusal(409, "Git Repository is empty.") });
    expect(await client.getBranchHead(repo, "silo-status")).toBeUndefined();
  });
});
