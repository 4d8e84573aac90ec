/**
 * Holds HTTP exchanges to an OpenAPI document: the path, the query and every field of a request
 * must be known; answers may carry more than is documented, never something of another type.
 * Violations name places and rules, never values, so that they may be printed.
 */

import { Ajv, type ValidateFunction } from "ajv";
import {
  type Content,
  type Correction,
  correct,
  type JsonSchema,
  mapValues,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  toJsonSchema,
} from "./openapi-document.ts";

export interface Exchange {
  readonly method: string;
  readonly url: string | URL;
  /** Lower-case names; left out, headers are not checked. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text where it is none; `undefined` for an empty body. */
  readonly requestBody?: unknown;
  readonly status: number;
  readonly responseBody?: unknown;
}

export interface Exceptions {
  readonly corrections: readonly Correction[];
  /** Refusals that any operation may answer, with the schema their body has. */
  readonly errors: { readonly statuses: readonly number[]; readonly schema: JsonSchema };
}

export interface Contract {
  /** Empty when the exchange is as documented. */
  validateExchange(exchange: Exchange): readonly string[];
}

export function contractOf(document: OpenApiDocument, exceptions: Exceptions): Contract {
  const { paths, components } = correct(document, exceptions.corrections);
  const check = checker(components.schemas);
  const routes = routesOf(paths);

  return {
    validateExchange(exchange) {
      const url = new URL(exchange.url);
      const method = exchange.method.toUpperCase();
      const route = routes.find(
        (candidate) => candidate.method === method && candidate.pattern.test(url.pathname),
      );
      if (route === undefined) return [`${method} ${url.pathname}: not in the document`];
      const { operation, parameters } = route;
      const found = [
        ...queryViolations(check, parameters, url.searchParams),
        ...headerViolations(parameters, exchange.requestHeaders),
        ...requestViolations(check, operation, exchange.requestBody),
        ...answerViolations({ check, operation, errors: exceptions.errors, exchange }),
      ];
      return found.map((text) => `${method} ${route.template} → ${exchange.status}: ${text}`);
    },
  };
}

interface Route {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
}

const methods = ["get", "post", "put", "patch", "delete"];

/** Fixed paths before those with parameters. */
function routesOf(paths: OpenApiDocument["paths"]): readonly Route[] {
  const routes = Object.entries(paths).flatMap(([template, item]) =>
    methods.flatMap((method): Route[] => {
      const operation = item[method];
      if (operation === undefined) return [];
      const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`);
      const parameters = operation.parameters ?? [];
      return [{ method: method.toUpperCase(), template, pattern, operation, parameters }];
    }),
  );
  const holes = (route: Route) => route.template.split("{").length;
  return routes.sort((a, b) => holes(a) - holes(b));
}

type Side = "request" | "query" | "answer";
type Check = (schema: JsonSchema, side: Side, value: unknown) => readonly string[];

function checker(schemas: OpenApiDocument["components"]["schemas"]): Check {
  const compilers = {
    request: compiler(schemas, { closed: true }),
    answer: compiler(schemas, { closed: false }),
    query: compiler(schemas, { closed: false, coerceTypes: true }),
  };
  return (schema, side, value) => {
    const validate = compilers[side](schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => {
      const field = error.params.additionalProperty;
      const name = typeof field === "string" ? ` (${field})` : "";
      return `${side} ${error.instancePath || "/"} ${error.message}${name}`;
    });
  };
}

/** Compiles each schema once, beside the components that it may refer to. */
function compiler(
  schemas: OpenApiDocument["components"]["schemas"],
  how: { readonly closed: boolean; readonly coerceTypes?: boolean },
): (schema: JsonSchema) => ValidateFunction {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    coerceTypes: how.coerceTypes ?? false,
  });
  const components = { schemas: mapValues(schemas, (schema) => toJsonSchema(schema, how.closed)) };
  const compiled = new Map<JsonSchema, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile({ ...toJsonSchema(schema, how.closed), components });
    compiled.set(schema, made);
    return made;
  };
}

function queryViolations(
  check: Check,
  parameters: readonly Parameter[],
  query: URLSearchParams,
): readonly string[] {
  const known = parameters.filter((parameter) => parameter.in === "query");
  const missing = known
    .filter(({ name, required }) => required === true && !query.has(name))
    .map(({ name }) => `the query lacks ${name}`);
  const wrong = [...query].flatMap(([name, text]) => {
    const parameter = known.find((candidate) => matches(candidate.name, name));
    if (parameter === undefined) return [`the query parameter ${name} is not in the document`];
    const schema = parameter.schema ?? {};
    const values = schema.enum === undefined ? [text] : text.split(",");
    return values.flatMap((value) =>
      check(schema, "query", value).map((problem) => `${problem} (${name})`),
    );
  });
  return [...missing, ...wrong];
}

/** `metadata.{key}` stands for every name that begins with `metadata.`. */
function matches(documented: string, name: string): boolean {
  const [fixed, hole] = documented.split("{");
  return hole === undefined ? documented === name : name.startsWith(fixed ?? "");
}

function headerViolations(
  parameters: readonly Parameter[],
  headers: Exchange["requestHeaders"],
): readonly string[] {
  if (headers === undefined) return [];
  return parameters
    .filter((parameter) => parameter.in === "header" && parameter.required === true)
    .filter(({ name }) => headers[name.toLowerCase()] === undefined)
    .map(({ name }) => `the header ${name} is missing`);
}

function requestViolations(check: Check, operation: Operation, body: unknown): readonly string[] {
  const documented = operation.requestBody;
  if (body === undefined) {
    return documented?.required === true ? ["the request lacks its body"] : [];
  }
  if (documented === undefined) return ["the request has a body, the document knows none"];
  const schema = jsonSchemaOf(documented.content);
  return schema === undefined ? [] : check(schema, "request", body);
}

function answerViolations(given: {
  readonly check: Check;
  readonly operation: Operation;
  readonly errors: Exceptions["errors"];
  readonly exchange: Exchange;
}): readonly string[] {
  const { check, operation, errors, exchange } = given;
  const documented = operation.responses[exchange.status];
  if (documented !== undefined) {
    const schema = jsonSchemaOf(documented.content);
    if (exchange.status === 204) {
      return exchange.responseBody === undefined ? [] : ["an answer without content has a body"];
    }
    return schema === undefined ? [] : check(schema, "answer", exchange.responseBody);
  }
  if (!errors.statuses.includes(exchange.status)) return ["the status is not in the document"];
  // A proxy in front of the API answers in plain text.
  if (typeof exchange.responseBody !== "object") return [];
  return check(errors.schema, "answer", exchange.responseBody);
}

function jsonSchemaOf(content: Content | undefined): JsonSchema | undefined {
  return content?.["application/json"]?.schema;
}
