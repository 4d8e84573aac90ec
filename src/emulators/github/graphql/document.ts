/** A parsed GraphQL document, as much of it as clients use. */

import type { Location } from "./problems.ts";

export interface QueryDocument {
  readonly operations: readonly Operation[];
  readonly fragments: ReadonlyMap<string, Fragment>;
}

export interface Operation {
  readonly kind: "query" | "mutation";
  readonly name: string | undefined;
  readonly variables: readonly VariableDefinition[];
  readonly selections: readonly Selection[];
  readonly at: Location;
}

export interface VariableDefinition {
  readonly name: string;
  /** As written: `[String!]!`. */
  readonly type: string;
  readonly default: Value | undefined;
  readonly at: Location;
}

export interface Fragment {
  readonly on: string;
  readonly selections: readonly Selection[];
}

export interface FieldSelection {
  readonly kind: "field";
  readonly key: string;
  readonly name: string;
  readonly args: readonly Argument[];
  readonly selections: readonly Selection[];
  readonly conditions: readonly Condition[];
  readonly at: Location;
}

export type Selection =
  | FieldSelection
  | {
      readonly kind: "inline";
      readonly on: string | undefined;
      readonly selections: readonly Selection[];
      readonly conditions: readonly Condition[];
      readonly at: Location;
    }
  | {
      readonly kind: "spread";
      readonly name: string;
      readonly conditions: readonly Condition[];
      readonly at: Location;
    };

/** `@include(if:)` and `@skip(if:)`. */
export interface Condition {
  readonly when: boolean;
  readonly value: Value;
}

export interface Argument {
  readonly name: string;
  readonly value: Value;
}

export type Value =
  | { readonly kind: "constant"; readonly value: string | number | boolean | null }
  | { readonly kind: "variable"; readonly name: string; readonly at: Location }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "object"; readonly fields: readonly Argument[] };
