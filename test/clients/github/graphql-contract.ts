/** GraphQL requests held to GitHub's schema. */

import { schema as source } from "@octokit/graphql-schema";
import { buildSchema, coerceInputValue, isInputType, parse, typeFromAST, validate } from "graphql";
import { object } from "#clients/shape.ts";

const schema = buildSchema(source.idl, { assumeValid: true });

/** What the schema has against a query and its variables. */
export function graphqlViolations(body: unknown): readonly string[] {
  const { query, variables } = object(body, "the body");
  const document = parse(String(query));
  const found = validate(schema, document).map(({ message }) => message);
  const given = object(variables, "the variables");
  for (const definition of document.definitions) {
    if (definition.kind !== "OperationDefinition") continue;
    for (const { variable, type } of definition.variableDefinitions ?? []) {
      const named = typeFromAST(schema, type as never);
      if (named === undefined || !isInputType(named)) continue;
      coerceInputValue(given[variable.name.value], named, (path, _value, problem) => {
        found.push(`${variable.name.value}.${path.join(".")}: ${problem.message}`);
      });
    }
  }
  return found;
}
