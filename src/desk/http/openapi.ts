/** The desk as an OpenAPI 3.1 document, made from the table of actions. */

import { deskActions } from "../actions/index.ts";
import { fieldSchema, inputSchema } from "../actions/schema.ts";
import type { DeskAction } from "../actions/types.ts";
import { componentSchemas } from "./schemas.ts";

type Json = Readonly<Record<string, unknown>>;

export function openApiDocument(url?: string): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Silo Service Desk",
      version: "1",
      description:
        "Connection info, state and power of dev environments, by role and phase. What a role may do is " +
        "decided by the desk's own configuration, never by the request.",
    },
    ...(url !== undefined && { servers: [{ url }] }),
    security: [{ token: [] }],
    paths: Object.fromEntries([
      ...deskActions.map((action) => [action.path, pathOf(action)]),
      ...Object.entries(others),
    ]),
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description:
            "A workflow token of GitHub Actions whose audience is the URL of the desk, or a token of " +
            "`silo desk-token`.",
        },
      },
      schemas: componentSchemas,
      responses: { Problem: { description: "It was not done", content: problemContent() } },
    },
  };
}

function pathOf(action: DeskAction): Json {
  const isGet = action.method === "GET";
  const parameters = Object.entries(action.input).map(([name, field]) => ({
    name,
    in: "query",
    required: !field.isOptional,
    schema: fieldSchema(field),
  }));
  const body = { required: true, content: { "application/json": { schema: inputSchema(action) } } };
  return {
    [action.method.toLowerCase()]: {
      operationId: action.name,
      summary: action.title,
      description: action.description,
      ...(isGet ? { parameters } : { requestBody: body }),
      responses: {
        ...(action.answers === "Begun"
          ? { 202: good("Begun; `location` is where to ask how far it is", action.answers) }
          : { 200: good(action.title, action.answers) }),
        ...problems,
      },
    },
  };
}

const good = (description: string, schema: string): Json => ({
  description,
  content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
});

const problem: Json = { $ref: "#/components/responses/Problem" };
const problems: Json = { default: problem };

function problemContent(): Json {
  return { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
}

const look = (operationId: string, summary: string, schema: string, more: Json = {}): Json => ({
  get: {
    operationId,
    summary,
    description: summary,
    ...more,
    responses: { 200: good(summary, schema), ...problems },
  },
});

const free = { security: [] };

const others: Readonly<Record<string, Json>> = {
  "/v1/me": look("me", "Who is asking, and what that role may do", "Me"),
  "/v1/silos": look("silos", "All silos that the caller may see, by the lists of Fly", "Overview"),
  "/v1/events": {
    get: {
      operationId: "events",
      summary: "The overview as a stream",
      description:
        "Server-sent events: `silos` with the same document as /v1/silos, at once and when it is news; `end` " +
        "with a reason before the desk closes it. Comments keep it open. No event holds a secret.",
      responses: {
        200: {
          description: "The stream",
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
        ...problems,
      },
    },
  },
  "/v1/operations/{id}": look("operation", "How far an operation is", "Begun", {
    parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
  }),
  "/mcp": {
    post: {
      operationId: "mcp",
      summary: "Model Context Protocol",
      description:
        "Streamable HTTP, without sessions. The tools are the operations above that the role may use.",
      requestBody: {
        required: true,
        content: { "application/json": { schema: { type: "object" } } },
      },
      responses: {
        200: {
          description: "A JSON-RPC answer",
          content: { "application/json": { schema: { type: "object" } } },
        },
        ...problems,
      },
    },
  },
  "/healthz": {
    get: {
      operationId: "healthz",
      summary: "Whether the desk answers",
      description: "For health checks; needs no token and tells nothing else.",
      ...free,
      responses: {
        200: {
          description: "It does",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["status"],
                properties: { status: { const: "ok" } },
              },
            },
          },
        },
      },
    },
  },
  "/openapi.json": {
    get: {
      operationId: "openapi",
      summary: "This document",
      description: "Needs no token.",
      ...free,
      responses: {
        200: {
          description: "OpenAPI 3.1",
          content: { "application/json": { schema: { type: "object" } } },
        },
      },
    },
  },
};
