import type { RepoRow } from "../entities.ts";
import { visibleRepo } from "../hub.ts";
import type { GraphQLContext } from "./context.ts";
import { FieldFailure } from "./problems.ts";

export function repositoryNamed(name: string, { hub, actor }: GraphQLContext): RepoRow {
  const found = visibleRepo(hub, actor, name);
  if (found) return found;
  const text = `Could not resolve to a Repository with the name '${name}'.`;
  throw new FieldFailure("NOT_FOUND", text);
}
