/**
 * The desk as an MCP server, for one caller: tools and resources that its role may have, and no
 * others. A tool that it may not have is as unknown as one that does not exist.
 */

import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { deskActions } from "../actions/index.ts";
import { inputSchema } from "../actions/schema.ts";
import type { DeskAction } from "../actions/types.ts";
import type { Desk } from "../desk.ts";
import { mayAsk, perform } from "../perform.ts";
import { asProblem, problemBody } from "../problem.ts";
import type { McpAsker } from "./asker.ts";
import { listResources, readResource, resourceTemplates } from "./resources.ts";

const instructions =
  "Dev environments (silos) of client apps: Supabase on Fly.io. Call get_app_context for connection " +
  "info each time you need it, and keep none of it. When it is empty, silo_status says why; start_silo " +
  "wakes a silo and answers with an operation, so look at silo_status until the phase is running. " +
  "What a silo is made of is changed by a pull request: propose_change.";

export function mcpServer(desk: Desk, { caller, address }: McpAsker): Server {
  const server = new Server(
    { name: "silo-desk", title: "Silo Service Desk", version: "1" },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  const mine = deskActions.filter((action) => mayAsk(caller.role, action));
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: mine.map(toolOf) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const action = mine.find(({ name }) => name === params.name);
    if (!action) {
      desk.audit({
        via: "mcp",
        action: params.name.slice(0, 60),
        who: caller,
        address,
        outcome: 404,
      });
      throw new McpError(ErrorCode.InvalidParams, "There is no such tool");
    }
    return callResult(desk, action, { caller, address }, params.arguments ?? {});
  });
  server.setRequestHandler(ListResourcesRequestSchema, () =>
    listResources(desk, { caller, address }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => resourceTemplates(caller));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }) =>
    readResource(desk, { caller, address }, params.uri),
  );
  return server;
}

const toolOf = (action: DeskAction) => ({
  name: action.name,
  title: action.title,
  description: action.description,
  inputSchema: inputSchema(action),
  annotations: {
    title: action.title,
    readOnlyHint: action.readOnly,
    destructiveHint: action.destructive,
    idempotentHint: true,
    openWorldHint: true,
  },
});

async function callResult(
  desk: Desk,
  action: DeskAction,
  { caller, address }: McpAsker,
  raw: unknown,
) {
  try {
    const { body } = await perform(desk, action, { caller, raw, via: "mcp", address });
    return {
      content: [{ type: "text" as const, text: JSON.stringify(body, null, 2) }],
      structuredContent: body as Record<string, unknown>,
    };
  } catch (error) {
    const text = JSON.stringify(problemBody(asProblem(error)), null, 2);
    return { content: [{ type: "text" as const, text }], isError: true };
  }
}
