import type { RepoRow } from "../entities.ts";
import { repoOf } from "../hub.ts";
import type { GraphQLContext } from "./endpoint.ts";
import { FieldFailure } from "./problems.ts";

/** Throws NOT_FOUND also for a repository that the token cannot see. */
export function repositoryNamed(name: string, { hub, actor }: GraphQLContext): RepoRow {
  const [owner = "", repo = ""] = name.split("/");
  const found = repoOf(hub, owner, repo);
  const isGiven =
    actor.repositories?.some((one) => one.toLowerCase() === name.toLowerCase()) ?? true;
  if (!found || !isGiven) {
    const text = `Could not resolve to a Repository with the name '${name}'.`;
    throw new FieldFailure("NOT_FOUND", text);
  }
  return found;
}
