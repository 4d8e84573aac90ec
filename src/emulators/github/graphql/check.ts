/** Looks the whole operation over before any of it runs, so that a typing error changes nothing. */

import type { FieldSelection, Operation, QueryDocument, Selection, Value } from "./document.ts";
import { type Location, QueryProblem } from "./problems.ts";
import { isScalar, overlaps, types } from "./types.ts";

interface Place {
  readonly type: string;
  readonly path: readonly string[];
  /** Fragments that are being looked into. */
  readonly inside: readonly string[];
}

export function checkOperation(document: QueryDocument, operation: Operation): void {
  const declared = new Set(operation.variables.map(({ name }) => name));
  const checkValue = (value: Value): void => {
    if (value.kind === "list") for (const item of value.items) checkValue(item);
    else if (value.kind === "object") for (const field of value.fields) checkValue(field.value);
    else if (value.kind === "variable" && !declared.has(value.name)) {
      throw new QueryProblem(`Variable $${value.name} is used but not declared`, value.at);
    }
  };
  const checkAll = (selections: readonly Selection[], place: Place): void => {
    for (const selection of selections) checkOne(selection, place);
  };
  const checkOne = (selection: Selection, place: Place): void => {
    for (const { value } of selection.conditions) checkValue(value);
    if (selection.kind === "field") {
      for (const { value } of selection.args) checkValue(value);
      const type = checkField(selection, place);
      if (type !== undefined) {
        checkAll(selection.selections, { ...place, type, path: [...place.path, selection.key] });
      }
    } else if (selection.kind === "inline") {
      const type = selection.on ?? place.type;
      checkCondition(type, place, selection.at);
      checkAll(selection.selections, { ...place, type });
    } else {
      const fragment = document.fragments.get(selection.name);
      if (!fragment || place.inside.includes(selection.name)) {
        throw new QueryProblem(
          `Fragment ${selection.name} was used, but not defined`,
          selection.at,
        );
      }
      checkCondition(fragment.on, place, selection.at);
      const inside = [...place.inside, selection.name];
      checkAll(fragment.selections, { ...place, type: fragment.on, inside });
    }
  };
  const type = operation.kind === "query" ? "Query" : "Mutation";
  checkAll(operation.selections, { type, path: [operation.kind], inside: [] });
}

/** The type of its value when there is something to select in it. */
function checkField(field: FieldSelection, { type, path }: Place): string | undefined {
  const here = { path: [...path, field.key] };
  if (field.name === "__typename") return undefined;
  const known = types[type]?.[field.name];
  if (!known) {
    throw new QueryProblem(`Field '${field.name}' doesn't exist on type '${type}'`, field.at, {
      ...here,
      extensions: { code: "undefinedField", typeName: type, fieldName: field.name },
    });
  }
  const args = known.args ?? {};
  for (const { name } of field.args) {
    if (name in args) continue;
    const text = `Field '${field.name}' doesn't accept argument '${name}'`;
    throw new QueryProblem(text, field.at, {
      ...here,
      extensions: { code: "argumentNotAccepted", name: field.name, argumentName: name },
    });
  }
  const missing = Object.keys(args).filter(
    (name) => args[name] === true && !field.args.some((given) => given.name === name),
  );
  if (missing.length > 0) {
    const text = `Field '${field.name}' is missing required arguments: ${missing.join(", ")}`;
    throw new QueryProblem(text, field.at, {
      ...here,
      extensions: { code: "missingRequiredArguments", arguments: missing.join(", ") },
    });
  }
  if (isScalar(known) === field.selections.length > 0) {
    const text = isScalar(known)
      ? `Selections can't be made on scalars (field '${field.name}')`
      : `Field must have selections (field '${field.name}' returns ${known.type} but has no selections)`;
    throw new QueryProblem(text, field.at, { ...here, extensions: { code: "selectionMismatch" } });
  }
  return isScalar(known) ? undefined : known.type;
}

function checkCondition(condition: string, { type }: Place, at: Location): void {
  if (!(condition in types)) throw new QueryProblem(`No such type ${condition}`, at);
  if (!overlaps(type, condition)) {
    throw new QueryProblem(`Fragment on ${condition} can't be spread inside ${type}`, at);
  }
}
