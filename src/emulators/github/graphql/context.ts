import type { Hub } from "../hub.ts";
import type { Actor } from "../tokens.ts";

export interface GraphQLContext {
  readonly hub: Hub;
  readonly actor: Actor;
}
