/** Compares the interfaces of src/wire with the schemas of an OpenAPI document, field by field. */

import { parseSync, type TSInterfaceDeclaration, type TSSignature, type TSType } from "oxc-parser";
import type { JsonSchema, OpenApiDocument } from "../test/support/openapi-document.ts";

export interface WireRules {
  /** Interface → schema. */
  readonly schemas: Readonly<Record<string, string>>;
  /** `Interface.field` → why the two may disagree there. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** Every disagreement, as a sentence; also an exception that nothing needs any more. */
export function compareWireTypes(
  source: string,
  document: OpenApiDocument,
  rules: WireRules,
): readonly string[] {
  const context: Context = { ...declarationsOf(source), document, schemas: rules.schemas };
  const found = [...context.interfaces].flatMap(([name, declaration]) =>
    rules.schemas[name] === undefined
      ? [{ place: name, problem: "no schema is named for it" }]
      : compareMembers(context, membersOf(context, declaration), schemaOf(context, name), name),
  );
  const needed = new Set(found.map(({ place }) => place));
  return [
    ...found
      .filter(({ place }) => rules.exceptions[place] === undefined)
      .map(({ place, problem }) => `${place}: ${problem}`),
    ...Object.keys(rules.exceptions)
      .filter((place) => !needed.has(place))
      .map((place) => `${place}: the exception is not needed`),
  ];
}

interface Context {
  readonly interfaces: ReadonlyMap<string, TSInterfaceDeclaration>;
  readonly aliases: ReadonlyMap<string, TSType>;
  readonly document: OpenApiDocument;
  readonly schemas: WireRules["schemas"];
}

interface Disagreement {
  readonly place: string;
  readonly problem: string;
}

type Found = readonly Disagreement[];

function compareMembers(
  context: Context,
  members: readonly TSSignature[],
  schema: JsonSchema,
  where: string,
): Found {
  return members.flatMap((member): Found => {
    if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier") return [];
    const place = `${where}.${member.key.name}`;
    const field = asSchema(asSchema(schema.properties)?.[member.key.name]);
    if (field === undefined) return [{ place, problem: "the document has no such field" }];
    const type = member.typeAnnotation?.typeAnnotation;
    return type === undefined ? [] : compare(context, type, field, place);
  });
}

function compare(context: Context, type: TSType, given: JsonSchema, place: string): Found {
  const schema = resolve(context, given);
  switch (type.type) {
    case "TSTypeOperator":
    case "TSParenthesizedType":
      return compare(context, type.typeAnnotation, given, place);
    case "TSUnionType":
      return type.types.flatMap((part) => compare(context, part, given, place));
    case "TSStringKeyword":
    case "TSIntersectionType":
      return expectType(schema, ["string"], place);
    case "TSNumberKeyword":
      return expectType(schema, ["integer", "number"], place);
    case "TSBooleanKeyword":
      return expectType(schema, ["boolean"], place);
    case "TSObjectKeyword":
      return expectType(schema, ["object"], place);
    case "TSNullKeyword":
      return given.nullable === true ? [] : [{ place, problem: "the document never answers null" }];
    case "TSLiteralType":
      return compareLiteral(type.literal, schema, place);
    case "TSArrayType": {
      const items = asSchema(schema.items) ?? {};
      const inside = compare(context, type.elementType, items, place);
      return [...expectType(schema, ["array"], place), ...inside];
    }
    case "TSTypeLiteral": {
      const inside = compareMembers(context, type.members, schema, place);
      return [...expectType(schema, ["object"], place), ...inside];
    }
    case "TSTypeReference":
      return compareReference(context, type, given, place);
    default:
      return [{ place, problem: `${type.type} cannot be compared` }];
  }
}

function compareLiteral(
  literal: Extract<TSType, { type: "TSLiteralType" }>["literal"],
  schema: JsonSchema,
  place: string,
): Found {
  const value = "value" in literal ? literal.value : undefined;
  const listed = schema.enum;
  const unknown = Array.isArray(listed) && !listed.includes(value);
  return [
    ...expectType(schema, ["string"], place),
    ...(unknown ? [{ place, problem: `the document does not list "${value}"` }] : []),
  ];
}

function compareReference(
  context: Context,
  type: Extract<TSType, { type: "TSTypeReference" }>,
  given: JsonSchema,
  place: string,
): Found {
  const name = type.typeName.type === "Identifier" ? type.typeName.name : "";
  const [first, second] = type.typeArguments?.params ?? [];
  const alias = context.aliases.get(name) ?? (name === "Readonly" ? first : undefined);
  if (alias !== undefined) return compare(context, alias, given, place);
  if (name === "Record" && second !== undefined) {
    const schema = resolve(context, given);
    const values = asSchema(schema.additionalProperties) ?? {};
    return [...expectType(schema, ["object"], place), ...compare(context, second, values, place)];
  }
  const documented = referenceOf(given);
  if (documented !== undefined && documented === context.schemas[name]) return [];
  return [{ place, problem: `${name} is not the document's ${documented ?? "unnamed schema"}` }];
}

function expectType(schema: JsonSchema, types: readonly string[], place: string): Found {
  const documented = schema.type;
  if (typeof documented === "string" && types.includes(documented)) return [];
  const problem = `${types.join(" or ")} here, ${documented ?? "nothing"} in the document`;
  return [{ place, problem }];
}

function membersOf(context: Context, declaration: TSInterfaceDeclaration): readonly TSSignature[] {
  const inherited = declaration.extends.flatMap(({ expression }) => {
    const name = expression.type === "Identifier" ? expression.name : "";
    const parent = context.interfaces.get(name);
    return parent === undefined ? [] : membersOf(context, parent);
  });
  return [...inherited, ...declaration.body.body];
}

function schemaOf({ document, schemas }: Context, name: string): JsonSchema {
  return document.components.schemas[schemas[name] ?? ""] ?? {};
}

function resolve(context: Context, schema: JsonSchema): JsonSchema {
  const name = referenceOf(schema);
  if (name === undefined) return schema;
  return resolve(context, context.document.components.schemas[name] ?? {});
}

/** The schema that is referred to, directly or as the only part of an `allOf`. */
function referenceOf(schema: JsonSchema): string | undefined {
  const all = schema.allOf;
  const target = Array.isArray(all) ? asSchema(all[0])?.$ref : schema.$ref;
  return typeof target === "string" ? target.split("/").at(-1) : undefined;
}

function declarationsOf(source: string): Pick<Context, "interfaces" | "aliases"> {
  const { program, errors } = parseSync("wire.ts", source);
  if (errors.length > 0) throw new Error(`The wire types do not parse: ${errors[0]?.message}`);
  const interfaces = new Map<string, TSInterfaceDeclaration>();
  const aliases = new Map<string, TSType>();
  for (const statement of program.body) {
    const declared = "declaration" in statement ? statement.declaration : statement;
    if (declared?.type === "TSInterfaceDeclaration") interfaces.set(declared.id.name, declared);
    if (declared?.type === "TSTypeAliasDeclaration") {
      aliases.set(declared.id.name, declared.typeAnnotation);
    }
  }
  return { interfaces, aliases };
}

function asSchema(value: unknown): JsonSchema | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? Object.fromEntries(Object.entries(value)) : undefined;
}
