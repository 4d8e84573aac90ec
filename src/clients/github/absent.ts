/**
 * 404 as a value, for reads of what may not be there and deletes of what is gone already. GitHub
 * answers 404 as well for whatever a token may not see, so nothing counts as absent before its
 * repository was seen with the same token.
 */

import { isApiError } from "#silo/errors.ts";
import type { GitHubCalls } from "./call.ts";
import type { GitHubRequestFacts } from "./request.ts";

export async function absentIfMissing<T>(
  calls: GitHubCalls,
  what: Pick<GitHubRequestFacts, "repo" | "token">,
  asked: Promise<T>,
): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isApiError(error, "not_found") && (await calls.sees(what))) return undefined;
    throw error;
  }
}
