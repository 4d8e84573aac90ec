/** `POST /graphql`: always 200, with the errors beside what could be answered. */

import { isoTime, isRecord, type Reply } from "../call.ts";
import type { Cost } from "../limits.ts";
import { nodeId } from "../views/users.ts";
import { checkOperation } from "./check.ts";
import { createCommitOnBranch } from "./commit-on-branch.ts";
import type { GraphQLContext } from "./context.ts";
import type { Operation, QueryDocument } from "./document.ts";
import { executeOperation, type Node } from "./execute.ts";
import { repositoryNode } from "./nodes.ts";
import { parseQuery } from "./parse.ts";
import { QueryProblem } from "./problems.ts";
import { repositoryNamed } from "./repository-named.ts";

type Body = Readonly<Record<string, unknown>>;

export function answerGraphQL(body: Body, context: GraphQLContext): Reply {
  try {
    const { document, operation } = readBody(body);
    checkOperation(document, operation);
    const root = operation.kind === "query" ? queryRoot(context) : mutationRoot(context);
    const variables = isRecord(body.variables) ? body.variables : {};
    const { data, errors } = executeOperation(document, operation, { root, variables });
    return { status: 200, body: errors.length > 0 ? { data, errors } : { data } };
  } catch (error) {
    if (!(error instanceof QueryProblem)) throw error;
    const { message, more, location } = error;
    const locations = [{ line: location.line, column: location.column }];
    return { status: 200, body: { errors: [{ ...more, locations, message }] } };
  }
}

/** A query costs 1 point, a mutation 5. */
export function costOf(body: Body): Cost {
  const isMutation = typeof body.query === "string" && /^\s*mutation\b/.test(body.query);
  return { resource: "graphql", points: isMutation ? 5 : 1, content: isMutation };
}

function readBody(body: Body): { document: QueryDocument; operation: Operation } {
  const { query, operationName } = body;
  const nowhere = { line: 1, column: 1 };
  if (typeof query !== "string")
    throw new QueryProblem("A query attribute must be specified and must be a string.", nowhere);
  const document = parseQuery(query);
  const [operation] = document.operations.filter(
    ({ name }) => typeof operationName !== "string" || name === operationName,
  );
  if (!operation || (document.operations.length > 1 && typeof operationName !== "string")) {
    throw new QueryProblem("An operation name is required", nowhere);
  }
  return { document, operation };
}

function queryRoot(context: GraphQLContext): Node {
  const { actor, hub } = context;
  return {
    __typename: "Query",
    repository: ({ owner, name }) => repositoryNode(repositoryNamed(`${owner}/${name}`, context)),
    viewer: {
      __typename: "User",
      id: nodeId("U", actor.user.id),
      databaseId: actor.user.id,
      login: actor.user.login,
      url: `https://github.com/${actor.user.login}`,
    },
    rateLimit: () => {
      const { limit, remaining, used, reset } = hub.limits.quota(actor, "graphql");
      const resetAt = isoTime(reset * 1_000);
      return { __typename: "RateLimit", cost: 1, limit, nodeCount: 0, remaining, resetAt, used };
    },
  };
}

function mutationRoot(context: GraphQLContext): Node {
  return {
    __typename: "Mutation",
    createCommitOnBranch: (args) => createCommitOnBranch(args, context),
  };
}
