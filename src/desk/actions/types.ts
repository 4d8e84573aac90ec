/** What can be asked of the desk. One table of them is HTTP, MCP, OpenAPI and their documents. */

import type { Action } from "#silo/access.ts";
import type { Silo } from "#silo/silo.ts";
import type { Caller } from "../caller.ts";
import type { Desk } from "../desk.ts";

/** JSON Schema of one text of the input. */
export interface InputField {
  readonly description: string;
  readonly pattern?: string;
  readonly maxLength: number;
  readonly examples: readonly string[];
  readonly isOptional?: true;
}

export type Input = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: 200 | 202;
  readonly body: object;
  /** Of what goes on. */
  readonly location?: string;
  /** Changes of these are what makes a document another one; left out, it is never kept. */
  readonly etag?: string;
}

export interface DeskAction {
  /** Of the tool, and of the operation in the OpenAPI document. */
  readonly name: string;
  /** Row of the action table; `own-context` is for every role that is ever shown anything. */
  readonly needs: Action | "own-context";
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** Of a tool: whether it changes nothing, whether what it changes is felt by others. */
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly input: Readonly<Record<string, InputField>>;
  /** Name of the schema of a good answer. */
  readonly answers: string;
  readonly run: (
    desk: Desk,
    asked: { caller: Caller; silo: Silo; input: Input },
  ) => Promise<Answer>;
}

export const siloField: InputField = {
  description: "Which silo: its slug, or its silo_id.",
  pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
  maxLength: 100,
  examples: ["acme-erp"],
};
