import { describe, expect, it } from "vitest";
import { githubContract } from "../support/github-contract.ts";

const base = "https://api.github.com";
const repo = `${base}/repos/acme/erp`;

describe.skipIf(githubContract === undefined)("the contract of GitHub", () => {
  const check = (
    method: string,
    url: string,
    more: { requestBody?: unknown; status?: number; responseBody?: unknown } = {},
  ) => githubContract?.validateExchange({ method, url, status: 200, ...more }) ?? [];

  it("knows paths with slashes in them, and those of an Enterprise Server", () => {
    const missing = { status: 404, responseBody: { message: "Not Found" } };
    expect(check("GET", `${repo}/contents/silos/acme.yml?ref=main`, missing)).toEqual([]);
    expect(check("GET", `${repo}/git/ref/heads/silo-lock/a`, missing)).toEqual([]);
    expect(check("GET", `${repo}/commits/silo/status/status`, missing)).toEqual([]);
    expect(check("GET", `${base}/api/v3/repos/acme/erp/environments/a%2Fb`, missing)).toEqual([]);
    expect(check("GET", `${repo}/nope`, missing)).toHaveLength(1);
  });

  it("finds requests that the document does not know", () => {
    const secret = { encrypted_value: "AAAA", key_id: "1", value: "plain" };
    const created = { status: 201, responseBody: {} };
    const put = check("PUT", `${repo}/actions/secrets/A`, { requestBody: secret, ...created });
    expect(put).toEqual([expect.stringMatching(/additional properties \(value\)/)]);
    expect(check("PUT", `${repo}/actions/secrets/A`, created)).toEqual([
      expect.stringMatching(/lacks its body/),
    ]);
    const listed = { responseBody: { total_count: 0, secrets: [] } };
    expect(check("GET", `${repo}/actions/secrets?limit=3`, listed)).toHaveLength(1);
  });

  it("finds answers that are not as documented", () => {
    const listed = { responseBody: { total_count: 1, secrets: [{ name: "A", value: "x" }] } };
    expect(check("GET", `${repo}/actions/secrets`, listed)).not.toEqual([]);
    expect(check("GET", `${repo}/actions/secrets`, { status: 418 })).toEqual([
      expect.stringMatching(/status is not in the document/),
    ]);
  });

  it.each([
    ["fields that are not there", "{ viewer { nope } }", {}, undefined],
    ["texts that are no query", "{ viewer", {}, undefined],
    [
      "variables of another type",
      "query ($a: Int!) { viewer { repositories(first: $a) { totalCount } } }",
      { a: "x" },
      undefined,
    ],
    ["answers without what must be there", "{ viewer { login } }", {}, { viewer: { login: null } }],
    [
      "answers of another type",
      '{ repository(owner: "a", name: "b") { databaseId } }',
      {},
      { repository: { databaseId: "x" } },
    ],
  ])("finds in GraphQL %s", (_name, query, variables, data) => {
    const exchange = { requestBody: { query, variables }, responseBody: { data } };
    expect(check("POST", `${base}/graphql`, exchange)).not.toEqual([]);
  });

  it("lets a query and its answer pass that fit the schema", () => {
    const query =
      '{ repository(owner: "a", name: "b") { object(expression: "c:d") { ... on Blob { text } } } }';
    const responseBody = { data: { repository: { object: { text: "x" } } } };
    expect(check("POST", `${base}/graphql`, { requestBody: { query }, responseBody })).toEqual([]);
  });
});
