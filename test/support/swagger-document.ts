/** A Swagger 2.0 document without references as the OpenAPI 3.0 document that it would be. */

import {
  type JsonSchema,
  mapValues,
  type OpenApiDocument,
  type Operation,
  type Parameter,
} from "./openapi-document.ts";

export interface SwaggerDocument {
  readonly basePath: string;
  /** The item `parameters` of a path holds for all of its methods. */
  readonly paths: Readonly<Record<string, SwaggerPath>>;
}

type SwaggerPath = { readonly parameters?: readonly SwaggerParameter[] } & Readonly<
  Record<string, SwaggerOperation>
>;

interface SwaggerOperation {
  readonly parameters?: readonly SwaggerParameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

interface SwaggerParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "body" | "formData";
  readonly required?: boolean;
  readonly schema?: JsonSchema;
  readonly type?: string;
  readonly enum?: readonly string[];
}

export function fromSwagger({ basePath, paths }: SwaggerDocument): OpenApiDocument {
  const converted = Object.entries(paths).map(([path, { parameters = [], ...operations }]) => [
    `${basePath}${path}`,
    mapValues(operations, (operation) => convert(operation, parameters)),
  ]);
  return { paths: Object.fromEntries(converted), components: { schemas: {} } };
}

function convert(
  { parameters = [], responses }: SwaggerOperation,
  shared: readonly SwaggerParameter[],
): Operation {
  const all = [...shared, ...parameters];
  const body = all.find((parameter) => parameter.in === "body");
  return {
    parameters: all.flatMap(parameterOf),
    ...(body?.schema && {
      requestBody: { required: body.required ?? false, content: json(body.schema) },
    }),
    responses: mapValues(responses, ({ schema }) => (schema ? { content: json(schema) } : {})),
  };
}

function parameterOf(given: SwaggerParameter): Parameter[] {
  const { name, in: place, required = false, type, enum: values } = given;
  if (place === "body" || place === "formData") return [];
  const schema = { ...(type !== undefined && { type }), ...(values && { enum: values }) };
  return [{ name, in: place, required, schema }];
}

const json = (schema: JsonSchema) => ({ "application/json": { schema } });
