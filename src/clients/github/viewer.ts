import { object, word } from "../shape.ts";
import type { GitHubCalls } from "./call.ts";
import { graphql } from "./graphql.ts";

/** Whose token it is: REST tells that to people only. */
export function getViewer(calls: GitHubCalls, repo: string): Promise<string> {
  return graphql(calls, {
    repo,
    token: "GITHUB_TOKEN",
    operation: "read whose GITHUB_TOKEN it is",
    effect: "read",
    query: "query { viewer { login } }",
    variables: {},
    read: (data) => word(object(data.viewer, "the viewer").login, "the viewer's login"),
  });
}
