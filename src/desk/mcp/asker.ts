import type { Caller } from "../caller.ts";

/** Who speaks to the server, and from where. */
export interface McpAsker {
  readonly caller: Caller;
  readonly address: string;
}
