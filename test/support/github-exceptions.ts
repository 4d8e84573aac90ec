/** Where GitHub's document differs from what is sent and answered, and what the slice of it lacks. */

import type { Exceptions } from "./openapi-contract.ts";
import type { JsonSchema, OpenApiDocument } from "./openapi-document.ts";

const basicError: JsonSchema = {
  type: "object",
  properties: { message: { type: "string" }, documentation_url: { type: "string" } },
  required: ["message"],
};

const branch = "/repos/{owner}/{repo}/branches/{branch}/protection";
const rulesets = "/repos/{owner}/{repo}/rulesets";
const rules = "/repos/{owner}/{repo}/rules/branches/{branch}";

/** What the slice lacks, from the same release of the document, cut down to what is read here. */
export const missingPaths: OpenApiDocument["paths"] = {
  "/users/{username}": { get: { responses: { 200: jsonOf(needs("login", "id")) } } },
  "/orgs/{org}/teams/{team_slug}": { get: { responses: { 200: jsonOf(needs("slug", "id")) } } },
  [branch]: { get: { responses: { 200: jsonOf({ type: "object" }) } } },
  [rulesets]: {
    get: {
      parameters: ["per_page", "page", "includes_parents", "targets"].map(inQuery),
      responses: { 200: jsonOf({ type: "array", items: needs("id", "name", "enforcement") }) },
    },
  },
  [`${rulesets}/{ruleset_id}`]: {
    get: { responses: { 200: jsonOf(needs("id", "name", "enforcement")) } },
  },
  "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": {
    get: {
      parameters: ["per_page", "page"].map(inQuery),
      responses: {
        200: jsonOf({ type: "array", items: needs("number", "head", "base", "merged_at") }),
      },
    },
  },
  [rules]: {
    get: {
      parameters: ["per_page", "page"].map(inQuery),
      responses: { 200: jsonOf({ type: "array", items: needs("type") }) },
    },
  },
};

const overlapping = [
  { at: ["paths", "/repos/{owner}/{repo}/contents/{path}", "put"], status: "409" },
  { at: ["paths", "/repos/{owner}/{repo}/git/blobs", "post"], status: "422" },
];

export const githubExceptions: Exceptions = {
  corrections: [
    {
      at: ["paths", "/repos/{owner}/{repo}/issues/{issue_number}/labels", "post", "requestBody"],
      value: jsonOf({
        type: "object",
        properties: { labels: { type: "array", items: { type: "string" } } },
      }),
      reason: "The forms of a label are alternatives that overlap: names alone are sent here",
    },
    ...overlapping.map(({ at, status }) => ({
      at: [...at, "responses", status],
      value: jsonOf(basicError),
      reason: "The two forms of the refusal are alternatives that overlap: the plain one fits both",
    })),
  ],
  errors: {
    // Every call may be refused for its token (401, 403, 404), its text (400, 422), a limit (403,
    // 429) or by what stands before the API (5xx); the document lists few of them.
    statuses: [400, 401, 403, 404, 409, 422, 429, 500, 502, 503],
    schema: basicError,
  },
};

function jsonOf(schema: JsonSchema) {
  return { content: { "application/json": { schema } } };
}

function needs(...required: readonly string[]): JsonSchema {
  return { type: "object", required };
}

function inQuery(name: string) {
  return { name, in: "query" as const, schema: {} };
}
