/** The part of JSON Schema that our schemas use, and how references are followed. */

export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly default?: unknown;
}

/** The schemas by file name. */
export type Schemas = ReadonlyMap<string, Schema>;

export const schemaFiles = [
  "silo.schema.json",
  "silo.config.schema.json",
  "status.schema.json",
  "context.schema.json",
] as const;

export function parseSchemas(read: (path: string) => string): Schemas {
  return new Map(schemaFiles.map((file) => [file, JSON.parse(read(`schemas/${file}`)) as Schema]));
}

export interface Located {
  readonly file: string;
  readonly schema: Schema;
  /** Name under `$defs`, when the schema stands there. */
  readonly name?: string;
}

/** Where `reference`, written in `file`, leads. */
function followReference(schemas: Schemas, file: string, reference: string): Located {
  const [path = "", pointer = ""] = reference.split("#");
  const target = path === "" ? file : path;
  let here: unknown = schemas.get(target);
  const keys = pointer.split("/").slice(1);
  for (const key of keys) {
    here = typeof here === "object" && here !== null ? Reflect.get(here, key) : undefined;
  }
  if (here === undefined) throw new Error(`Cannot follow ${reference} in ${file}`);
  const name = keys.length === 2 && keys[0] === "$defs" ? keys[1] : undefined;
  return { file: target, schema: here as Schema, ...(name === undefined ? {} : { name }) };
}

/** The schema with what it refers to, its own keywords first. */
export function flatten(schemas: Schemas, { file, schema, name }: Located): Located {
  if (schema.$ref === undefined) return { file, schema, ...(name === undefined ? {} : { name }) };
  const target = flatten(schemas, followReference(schemas, file, schema.$ref));
  const { $ref: _, ...own } = schema;
  return { ...target, schema: { ...target.schema, ...own } };
}
