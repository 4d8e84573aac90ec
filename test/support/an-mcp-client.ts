/** The client of the MCP SDK, speaking to a desk of the tests. */

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type ADesk, tokenOf } from "./a-desk.ts";

/** As whoever has the token of that name. */
export async function anMcpClient({ url }: Pick<ADesk, "url">, as: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", url), {
    requestInit: { headers: { authorization: `Bearer ${tokenOf(as)}` } },
  });
  // The SDK's own types disagree with exactOptionalPropertyTypes.
  await client.connect(transport as Transport);
  return client;
}
