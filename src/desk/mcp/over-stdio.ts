/** MCP over standard input and output, for an agent that starts the desk itself. */

import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { StandardStreams } from "#edge/standard-streams.ts";
import type { Desk } from "../desk.ts";
import { identify } from "../identity/identify.ts";
import { mcpServer } from "./server.ts";

const address = "stdio";

/** Resolves when the agent has closed its side, or the desk is to end. */
export async function serveStdio(
  desk: Desk,
  token: string | undefined,
  { input, output, ended }: StandardStreams,
): Promise<void> {
  const caller = await identify(desk.identity, token && `Bearer ${token}`, address);
  const server = mcpServer(desk, { caller, address });
  const interrupted = new Promise<void>((resolve) => {
    desk.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport(input, output));
  await Promise.race([ended, interrupted]);
  await server.close();
}
