/** MCP's streamable HTTP, without sessions: every request says by its token who asks. */

import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Desk } from "../desk.ts";
import type { McpAsker } from "./asker.ts";
import { mcpServer } from "./server.ts";

export async function mcpResponse(
  desk: Desk,
  asker: McpAsker,
  request: Request,
): Promise<Response> {
  // Without sessions there is nothing to listen for, and nothing to end.
  if (request.method !== "POST") {
    return new Response(null, { status: 405, headers: { allow: "POST" } });
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = mcpServer(desk, asker);
  await server.connect(transport);
  return transport.handleRequest(request);
}
