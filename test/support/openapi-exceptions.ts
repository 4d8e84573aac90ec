/** Where the Fly document differs from what Fly is known to do: each with the fact behind it. */

import type { Exceptions } from "./openapi-contract.ts";
import type { Correction, JsonSchema } from "./openapi-document.ts";

const app = "/v1/apps/{app_name}";
const machine = `${app}/machines/{machine_id}`;
const lease = `${machine}/lease`;

const leaseEnvelope: JsonSchema = {
  type: "object",
  properties: { status: { type: "string" }, data: { $ref: "#/components/schemas/Lease" } },
  required: ["status", "data"],
};

const nullable = (type: string): JsonSchema => ({ type, nullable: true });
const inQuery = (name: string, type: string) => ({ name, in: "query", schema: { type } });
const answer = (path: string, method: string, status: string) => [
  ...["paths", path, method, "responses", status, "content", "application/json", "schema"],
];
const field = (schema: string, name: string) => [
  ...["components", "schemas", schema, "properties", name],
];

const corrections: readonly Correction[] = [
  {
    at: ["paths", "/api/v1/apps/{app_name}/logs"],
    value: {
      get: {
        parameters: [inQuery("next_token", "string"), inQuery("instance", "string")],
        responses: { "200": { content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
    reason: "Logs are another service's, of which fly-go's resource_logs.go is what is known",
  },
  {
    at: answer(lease, "post", "201"),
    value: leaseEnvelope,
    reason: "Lease create answers an envelope {status, data}, not a bare Lease",
  },
  {
    at: answer(lease, "get", "200"),
    value: leaseEnvelope,
    reason: "Lease get answers an envelope {status, data}, not a bare Lease",
  },
  {
    at: ["paths", lease, "post", "requestBody", "required"],
    value: false,
    reason: "flyctl sends the ttl in the query and no body; both are accepted",
  },
  {
    at: ["paths", lease, "post", "parameters", "-"],
    value: inQuery("ttl", "integer"),
    reason: "flyctl sends the ttl in the query and no body; both are accepted",
  },
  {
    at: ["paths", "/v1/apps", "post", "parameters"],
    value: [inQuery("wait", "boolean")],
    reason: "POST /apps?wait=true exists and is not in the document",
  },
  {
    at: ["paths", app, "delete", "parameters", "-"],
    value: inQuery("force", "boolean"),
    reason: "DELETE /apps/{app}?force=true exists and is not in the document",
  },
  {
    at: ["paths", machine, "delete", "parameters", "-"],
    value: inQuery("kill", "boolean"),
    reason: "fly-go deletes machines with ?kill=true",
  },
  {
    at: ["paths", `${app}/volumes`, "post", "responses", "201"],
    value: { content: { "application/json": { schema: { $ref: "#/components/schemas/Volume" } } } },
    reason: "Volume create answers 201 on the wire, the document says 200",
  },
  {
    at: [...field("AppSecretsUpdateRequest", "values"), "additionalProperties"],
    value: nullable("string"),
    reason: "A null value unsets a secret",
  },
  {
    at: [...field("updateMetadataRequest", "metadata"), "additionalProperties"],
    value: nullable("string"),
    reason: "A null value removes a metadata key",
  },
  ...["Volume", "OrgVolume"].map((schema) => ({
    at: [...field(schema, "attached_machine_id"), "nullable"],
    value: true,
    reason: "An unattached volume answers null in the examples of Fly's own pages",
  })),
  {
    at: [...field("IPAssignment", "network"), "nullable"],
    value: true,
    reason: "The document's own description: null for an address that is not Flycast",
  },
];

export const flyExceptions: Exceptions = {
  corrections,
  errors: {
    // Most writes may answer 400; 403 comes for a wrong scope, 409 for a held lease, 408 from waits,
    // 412 for stale versions and secrets, 429 from the limiter, 5xx from the proxy in front.
    statuses: [400, 401, 403, 404, 408, 409, 412, 422, 429, 500, 502, 503, 504],
    schema: { $ref: "#/components/schemas/ErrorResponse" },
  },
};
