/** Runs a checked operation over nodes: plain objects whose fields are values or functions of arguments. */

import { isRecord } from "../call.ts";
import type { FieldSelection, Operation, QueryDocument, Selection, Value } from "./document.ts";
import { FieldFailure, type Location, QueryProblem } from "./problems.ts";
import { overlaps } from "./types.ts";

export type Args = Readonly<Record<string, unknown>>;
export type Output = Node | readonly Output[] | string | number | boolean | null;
export interface Node {
  readonly __typename: string;
  readonly [field: string]: Output | ((args: Args) => Output);
}

export interface FieldError {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly locations: readonly Location[];
  readonly message: string;
}

type Path = FieldError["path"];

export function executeOperation(
  document: QueryDocument,
  operation: Operation,
  given: { readonly root: Node; readonly variables: Args },
): { readonly data: unknown; readonly errors: readonly FieldError[] } {
  const variables = variablesOf(operation, given.variables);
  const errors: FieldError[] = [];

  const fieldsOf = (selections: readonly Selection[], node: Node): readonly FieldSelection[] =>
    selections.flatMap((selection): readonly FieldSelection[] => {
      const applies = selection.conditions.every(
        ({ when, value }) => (inputOf(value, variables) === true) === when,
      );
      if (!applies) return [];
      if (selection.kind === "field") return [selection];
      const fragment =
        selection.kind === "inline" ? selection : document.fragments.get(selection.name);
      const on = fragment?.on ?? node.__typename;
      if (!fragment || !overlaps(node.__typename, on)) return [];
      return fieldsOf(fragment.selections, node);
    });

  const complete = (output: Output, selections: readonly Selection[], path: Path): unknown => {
    if (Array.isArray(output)) {
      return output.map((item: Output, index) => complete(item, selections, [...path, index]));
    }
    return isNode(output) ? select(output, selections, path) : output;
  };

  const select = (node: Node, selections: readonly Selection[], path: Path): unknown => {
    const data: Record<string, unknown> = {};
    for (const [key, fields] of grouped(fieldsOf(selections, node))) {
      const [field] = fields;
      if (!field) continue;
      const here = [...path, key];
      try {
        const args = Object.fromEntries(
          field.args.map(({ name, value }) => [name, inputOf(value, variables)]),
        );
        const found = node[field.name] ?? null;
        const output = typeof found === "function" ? found(args) : found;
        data[key] = complete(
          output,
          fields.flatMap((one) => one.selections),
          here,
        );
      } catch (error) {
        if (!(error instanceof FieldFailure)) throw error;
        const { type, message } = error;
        errors.push({ type, path: here, locations: [placeOf(field.at)], message });
        data[key] = null;
      }
    }
    return data;
  };

  return { data: select(given.root, operation.selections, []), errors };
}

/** The same key twice is one field with the selections of both. */
function grouped(fields: readonly FieldSelection[]): Map<string, FieldSelection[]> {
  const groups = new Map<string, FieldSelection[]>();
  for (const field of fields) groups.set(field.key, [...(groups.get(field.key) ?? []), field]);
  return groups;
}

function variablesOf(operation: Operation, given: Args): Args {
  return Object.fromEntries(
    operation.variables.map(({ name, type, default: preset, at }) => {
      const value = given[name] ?? (preset ? inputOf(preset, {}) : undefined) ?? null;
      if (value === null && type.endsWith("!")) {
        const text = `Variable $${name} of type ${type} was provided invalid value`;
        throw new QueryProblem(text, placeOf(at));
      }
      return [name, value];
    }),
  );
}

function inputOf(value: Value, variables: Args): unknown {
  if (value.kind === "constant") return value.value;
  if (value.kind === "variable") return variables[value.name] ?? null;
  if (value.kind === "list") return value.items.map((item) => inputOf(item, variables));
  return Object.fromEntries(
    value.fields.map((field) => [field.name, inputOf(field.value, variables)]),
  );
}

const isNode = (output: Output): output is Node => isRecord(output);
const placeOf = ({ line, column }: Location): Location => ({ line, column });
