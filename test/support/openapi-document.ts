/** An OpenAPI 3.0 document as data, with the overlay of what is known to be wrong in it. */

export interface Correction {
  /** Where in the document, key by key; a last key of `-` appends to the list there. */
  readonly at: readonly string[];
  readonly value: unknown;
  /** Why the document is wrong here, with the fact it rests on. */
  readonly reason: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

export type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** A copy of the document with every correction applied; one that no longer fits is an error. */
export function correct(document: OpenApiDocument, corrections: readonly Correction[]) {
  const copy = structuredClone(document);
  for (const { at, value } of corrections) {
    const key = at.at(-1) ?? "";
    const place = at.slice(0, -1).reduce<unknown>((node, step) => {
      const next = isRecord(node) ? node[step] : undefined;
      if (next === undefined) throw new Error(`The document has nothing at ${at.join(" › ")}`);
      return next;
    }, copy);
    if (Array.isArray(place) && key === "-") place.push(value);
    else if (isRecord(place)) place[key] = value;
    else throw new Error(`The document cannot be corrected at ${at.join(" › ")}`);
  }
  return copy;
}

/**
 * The schema as draft-07 JSON Schema. `closed` refuses fields that the schema does not name.
 * References keep their text, so the result is valid only beside the converted `components`.
 */
export function toJsonSchema(schema: JsonSchema, closed: boolean): JsonSchema {
  const { allOf, nullable, properties, items, additionalProperties, ...rest } = schema;
  const convert = (part: unknown) => (isRecord(part) ? toJsonSchema(part, closed) : part);
  const converted: Record<string, unknown> = { ...rest };
  if (isRecord(properties)) {
    converted.properties = mapValues(properties, convert);
    if (closed) converted.additionalProperties = false;
  }
  if (items !== undefined) converted.items = convert(items);
  if (additionalProperties !== undefined) {
    converted.additionalProperties = convert(additionalProperties);
  }
  if (Array.isArray(allOf)) {
    if (closed && (allOf.length > 1 || properties !== undefined)) {
      throw new Error("A closed allOf of several schemas is not supported");
    }
    // The generator of the document writes `type: object` beside a reference to an enum of strings.
    delete converted.type;
    converted.allOf = allOf.map(convert);
  }
  return nullable === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

export function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
