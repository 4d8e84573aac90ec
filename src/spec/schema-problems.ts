/** What the schema found, in words: one problem a place, each with its fix. */

import { didYouMean } from "./did-you-mean.ts";
import { type Path, type Problem, problem } from "./finding.ts";
import type { WhichSchema } from "./loaded-file.ts";
import { parsePointer, placeOf, type SchemaPart, schemaAt, valueAt } from "./schema-walk.ts";
import { dotted, list, show, typeOf, typeWords } from "./show.ts";
import type { SchemaError } from "./validators.generated.js";

export function schemaProblems(
  which: WhichSchema,
  data: unknown,
  errors: readonly SchemaError[],
): readonly Problem[] {
  const seen = new Set<string>();
  return errors.flatMap((error) => {
    // It only says that the name of a property, reported by itself, is wrong.
    if (error.keyword === "propertyNames") return [];
    const found = explain(which, data, error);
    const id = `${found.code} ${found.path.join("\0")}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return [found];
  });
}

/** Where the data is wrong, for leaving it out of further checks. */
export const faultyPaths = (errors: readonly SchemaError[]): readonly Path[] =>
  errors
    .filter(({ keyword }) => keyword !== "propertyNames")
    .map(({ instancePath, params, propertyName }) => {
      const inside = [params.missingProperty, params.additionalProperty, params.i, propertyName];
      const step = inside.find((each) => typeof each === "string" || typeof each === "number");
      const path = parsePointer(instancePath);
      return typeof step === "string" || typeof step === "number" ? [...path, step] : path;
    });

function explain(which: WhichSchema, data: unknown, error: SchemaError): Problem {
  const path = parsePointer(error.instancePath);
  const schema = schemaAt(which, path);
  if (error.propertyName !== undefined) return nameProblem([...path, error.propertyName], error);
  const value = valueAt(data, path);
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(which, [...path, text(error.params.additionalProperty)], schema);
    case "required":
      return missingKey(which, [...path, text(error.params.missingProperty)]);
    case "type":
      return wrongType(path, value, error, schema);
    case "enum":
      return notAllowed(path, value, error);
    case "uniqueItems":
      return problem(
        "DUPLICATE_ITEM",
        [...path, Number(error.params.i)],
        `${dotted(path)} names ${show(valueAt(value, [Number(error.params.i)]))} twice`,
        "Remove one of the two",
      );
    case "pattern":
      return problem(
        "WRONG_FORM",
        path,
        `${dotted(path)} is ${show(value)}, which does not have the right form`,
        withExample(schema),
      );
    case "not":
      return typeof value === "string" ? reserved(path, value) : outOfRange(path, value, schema);
    default:
      return outOfRange(path, value, schema);
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function unknownKey(which: WhichSchema, path: Path, schema: SchemaPart): Problem {
  const key = String(path.at(-1));
  const keys = Object.keys(schema.properties ?? {});
  if (key === "<<") {
    return problem(
      "YAML_MERGE_KEY",
      path,
      "The file uses a YAML merge key (<<), which specs do not have",
      "Write the keys out; what many silos share goes under `defaults` in silo.config.yml",
      { at: "key" },
    );
  }
  const parent = path.length > 1 ? ` in ${dotted(path.slice(0, -1))}` : "";
  const near = didYouMean(key, keys);
  const elsewhere = near === undefined ? placeOf(which, key) : undefined;
  const fix =
    near !== undefined
      ? `Did you mean ${near}?`
      : elsewhere !== undefined
        ? `It belongs in ${elsewhere}`
        : `Remove it; the keys here are ${list(keys)}`;
  return problem("UNKNOWN_KEY", path, `There is no key ${show(key)}${parent}`, fix, { at: "key" });
}

function missingKey(which: WhichSchema, path: Path): Problem {
  const key = String(path.at(-1));
  const example = schemaAt(which, path).examples?.[0];
  const line = example === undefined ? `${key}:` : `${key}: ${String(example)}`;
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? "The file" : dotted(parent);
  return problem(
    "MISSING_KEY",
    parent,
    `${where} has no ${key}`,
    `Add it, for example \`${line}\``,
    {
      at: "key",
    },
  );
}

function wrongType(path: Path, value: unknown, error: SchemaError, schema: SchemaPart): Problem {
  const wanted = text(error.params.type);
  const words = typeWords[wanted] ?? wanted;
  const name = path.length === 0 ? "The file" : dotted(path);
  return problem(
    "WRONG_TYPE",
    path,
    `${name} is ${typeOf(value)}, but it must be ${words}`,
    typeFix(wanted, value) ?? (path.length === 0 ? plainLines : withExample(schema)),
  );
}

const plainLines = "Write one `key: value` a line, as in silos/acme-erp.yml";

function typeFix(wanted: string, value: unknown): string | undefined {
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (wanted === "string" && isScalar) return `Put it in quotes: "${String(value)}"`;
  const isNumber = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
  if ((wanted === "integer" || wanted === "number") && isNumber) {
    return `Write it without quotes: ${value}`;
  }
  if (wanted === "boolean" && typeof value === "string" && /^(yes|on|true)$/i.test(value)) {
    return "Write true";
  }
  if (wanted === "boolean" && typeof value === "string" && /^(no|off|false)$/i.test(value)) {
    return "Write false";
  }
  if (value === null && wanted === "object") return "Write something under it, or remove the key";
  return wanted === "array" ? "Write it as a list: [a, b]" : undefined;
}

function notAllowed(path: Path, value: unknown, error: SchemaError): Problem {
  const raw = error.params.allowedValues;
  const allowed: readonly unknown[] = Array.isArray(raw) ? raw : [];
  const near = typeof value === "string" ? didYouMean(value, allowed.map(String)) : undefined;
  return problem(
    "NOT_ALLOWED",
    path,
    `${dotted(path)} is ${show(value)}, but it must be ${list(allowed)}`,
    near === undefined ? `Write ${list(allowed)}` : `Did you mean ${near}?`,
  );
}

const outOfRange = (path: Path, value: unknown, schema: SchemaPart): Problem =>
  problem(
    "OUT_OF_RANGE",
    path,
    `${dotted(path)} is ${show(value)}, which is out of range`,
    withExample(schema),
  );

function nameProblem(path: Path, error: SchemaError): Problem {
  if (error.keyword === "not") return { ...reserved(path, path.at(-1)), at: "key" };
  const message = `The name ${show(path.at(-1))} in ${dotted(path.slice(0, -1))} is not a valid one`;
  const allowed = error.params.allowedValues;
  const fix = Array.isArray(allowed) ? `Write ${list(allowed)}` : nameForm(path);
  return problem("WRONG_FORM", path, message, fix, { at: "key" });
}

const nameForm = (path: Path): string =>
  path.includes("env")
    ? "Use capital letters, digits and underscores, as in LOG_LEVEL"
    : "Use a region code of three letters";

const reserved = (path: Path, name: unknown): Problem =>
  problem(
    "RESERVED_NAME",
    path,
    `${show(name)} is a reserved name and may not be set in ${dotted(path.slice(0, -1))}`,
    "Remove it; keys, database URLs, listeners and plugins of a service are not for a spec to change",
  );

function withExample({ description, title, examples }: SchemaPart): string {
  const words = description ?? title ?? "See the schema";
  const example = examples?.[0];
  const isPlain = typeof example === "string" || typeof example === "number";
  return isPlain ? `${words.replace(/\.$/, "")}. Example: ${example}` : words.replace(/\.$/, "");
}
