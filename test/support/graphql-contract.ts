/** Holds GraphQL exchanges to GitHub's schema: the query, its variables, and what is answered. */

import { readFileSync } from "node:fs";
import {
  buildSchema,
  executeSync,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  parse,
  validate,
} from "graphql";

let schema: GraphQLSchema | undefined;

/** Built when the first query comes: it takes a second. */
function githubSchema(): GraphQLSchema {
  const file = new URL("./schema.graphql", import.meta.resolve("@octokit/graphql-schema"));
  schema ??= buildSchema(readFileSync(file, "utf8"), { assumeValidSDL: true });
  return schema;
}

export function graphqlViolations(request: unknown, answer: unknown): readonly string[] {
  const say = (text: string) => `POST /graphql: ${text}`;
  if (!isRecord(request) || typeof request.query !== "string") return [say("there is no query")];
  try {
    const document = parse(request.query);
    const wrong = validate(githubSchema(), document);
    if (wrong.length > 0) return wrong.map(({ message }) => say(message));
    // Run over the data that was answered, the schema itself checks every variable and every value.
    const { errors = [] } = executeSync({
      schema: githubSchema(),
      document,
      rootValue: isRecord(answer) ? answer.data : undefined,
      variableValues: isRecord(request.variables) ? request.variables : {},
      fieldResolver: byKey,
      typeResolver: byFields,
    });
    const hasData = isRecord(answer) && isRecord(answer.data);
    return errors
      .filter(({ path }) => hasData || path === undefined)
      .map(({ message }) => say(message));
  } catch (error) {
    return [say(error instanceof Error ? error.message : String(error))];
  }
}

const byKey: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, { path }) =>
  isRecord(source) ? source[path.key] : undefined;

/** Git objects are told apart by what only one of them has. */
const byFields: GraphQLTypeResolver<unknown, unknown> = (value) => {
  if (!isRecord(value)) return undefined;
  if (typeof value.__typename === "string") return value.__typename;
  if ("entries" in value) return "Tree";
  return "text" in value || "byteSize" in value ? "Blob" : "Commit";
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
