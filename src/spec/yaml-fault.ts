import type { Position } from "./position.ts";

/** Something in a text that keeps it from being the plain YAML of a spec. */
export interface YamlFault extends Position {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}
