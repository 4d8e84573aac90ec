/** Actions variables: readable by everyone who may read the repository, so never a secret. */

import { isApiError } from "#silo/errors.ts";
import type { GitHubPlace, GitHubVariable } from "#world/github.ts";
import { list, needed, object, shapeOf, text, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";
import { placeText } from "./place.ts";

const token = "SILO_SECRETS_TOKEN";
/** Of variables GitHub gives no more at once. */
const perPage = 30;

const readVariable = shapeOf<GitHubVariable>({ name: needed(word), value: needed(text) });

export function listVariables(
  calls: GitHubCalls,
  repo: string,
  place: GitHubPlace,
): Promise<readonly GitHubVariable[] | undefined> {
  const asked = readPages(calls, {
    repo,
    token,
    operation: `list the variables of ${placeText(repo, place)}`,
    perPage,
    send: (request, at, page) =>
      place.kind === "repository"
        ? request("GET /repos/{owner}/{repo}/actions/variables", { ...at, ...page })
        : request("GET /repos/{owner}/{repo}/environments/{environment_name}/variables", {
            ...at,
            ...page,
            environment_name: place.environment,
          }),
    read: (body) => list(readVariable)(object(body, "the answer").variables, "variables"),
    idOf: ({ name }) => name,
  });
  return place.kind === "repository" ? asked : absentIfMissing(calls, { repo, token }, asked);
}

interface Put {
  readonly repo: string;
  readonly place: GitHubPlace;
  readonly name: string;
  readonly value: string;
}

/** GitHub has no call that creates or changes, so it is looked at first. */
export async function putVariable(calls: GitHubCalls, put: Put): Promise<void> {
  const current = await getVariable(calls, put);
  if (current === put.value) return;
  if (current !== undefined) return changeVariable(calls, put);
  try {
    await createVariable(calls, put);
  } catch (error) {
    // Somebody, or an earlier try of this call, was faster.
    if (!isApiError(error, "already_exists") && !isApiError(error, "conflict")) throw error;
    await changeVariable(calls, put);
  }
}

function getVariable(calls: GitHubCalls, put: Omit<Put, "value">): Promise<string | undefined> {
  const { repo, place, name } = put;
  const asked = calls.call({
    repo,
    token,
    operation: `read the variable ${name} of ${placeText(repo, place)}`,
    effect: "read",
    send: (request, at) =>
      place.kind === "repository"
        ? request("GET /repos/{owner}/{repo}/actions/variables/{name}", { ...at, name })
        : request("GET /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", {
            ...at,
            name,
            environment_name: place.environment,
          }),
    read: ({ body }) => readVariable(body, "the variable").value,
  });
  return absentIfMissing(calls, { repo, token }, asked);
}

function createVariable(calls: GitHubCalls, { repo, place, name, value }: Put): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `create the variable ${name} of ${placeText(repo, place)}`,
    effect: "repeatable",
    send: (request, at) =>
      place.kind === "repository"
        ? request("POST /repos/{owner}/{repo}/actions/variables", { ...at, name, value })
        : request("POST /repos/{owner}/{repo}/environments/{environment_name}/variables", {
            ...at,
            name,
            value,
            environment_name: place.environment,
          }),
    read: () => undefined,
  });
}

function changeVariable(calls: GitHubCalls, { repo, place, name, value }: Put): Promise<void> {
  return calls.call({
    repo,
    token,
    operation: `change the variable ${name} of ${placeText(repo, place)}`,
    effect: "repeatable",
    send: (request, at) =>
      place.kind === "repository"
        ? request("PATCH /repos/{owner}/{repo}/actions/variables/{name}", { ...at, name, value })
        : request("PATCH /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", {
            ...at,
            name,
            value,
            environment_name: place.environment,
          }),
    read: () => undefined,
  });
}

export async function deleteVariable(
  calls: GitHubCalls,
  { repo, place, name }: Omit<Put, "value">,
): Promise<void> {
  const asked = calls.call({
    repo,
    token,
    operation: `delete the variable ${name} of ${placeText(repo, place)}`,
    effect: "repeatable",
    send: (request, at) =>
      place.kind === "repository"
        ? request("DELETE /repos/{owner}/{repo}/actions/variables/{name}", { ...at, name })
        : request("DELETE /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", {
            ...at,
            name,
            environment_name: place.environment,
          }),
    read: () => undefined,
  });
  await absentIfMissing(calls, { repo, token }, asked);
}
