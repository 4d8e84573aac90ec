/** Where Netlify's document differs from what Netlify is known to do: each with its fact. */

import type { Exceptions } from "./openapi-contract.ts";
import type { Correction, JsonSchema } from "./openapi-document.ts";

const base = "/api/v1";
const team = `${base}/accounts/{account_id}/env`;
const one = `${team}/{key}`;
const schemaOf = (path: string, method: string, status: string) => [
  ...["paths", path, method, "responses", status, "content", "application/json", "schema"],
];
const scopes = ["properties", "scopes", "items", "enum", "-"];

const text: JsonSchema = { type: "string" };
const deployedBranch: JsonSchema = {
  type: "object",
  properties: { id: text, deploy_id: text, name: text, slug: text, url: text, ssl_url: text },
};

const corrections: readonly Correction[] = [
  ...[
    [...schemaOf(team, "get", "200"), "items"],
    [...schemaOf(team, "post", "201"), "items"],
    schemaOf(one, "get", "200"),
    schemaOf(one, "put", "200"),
    schemaOf(one, "patch", "201"),
  ].map((place) => ({
    at: [...place, ...scopes],
    value: "post_processing",
    reason: "Answers spell the scope post_processing, requests post-processing",
  })),
  {
    at: ["paths", `${base}/sites/{site_id}/deployed-branches`],
    value: {
      get: {
        responses: {
          200: {
            content: { "application/json": { schema: { type: "array", items: deployedBranch } } },
          },
        },
      },
    },
    reason: "In Netlify's whole document (listSiteDeployedBranches), not in the slice of it",
  },
];

export const netlifyExceptions: Exceptions = {
  corrections,
  errors: {
    // The document knows no status of a refusal: its `default` stands for them all.
    statuses: [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504],
    schema: {
      type: "object",
      required: ["message"],
      properties: { code: { type: "integer" }, message: text },
    },
  },
};
