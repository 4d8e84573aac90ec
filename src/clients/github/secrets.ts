/** Actions secrets: values go in, sealed, and never come out. */

import { isApiError } from "#silo/errors.ts";
import type { Secret } from "#silo/secret.ts";
import type { GitHubPlace, GitHubSecret } from "#world/github.ts";
import { sealBox } from "../sealed-box.ts";
import { list, needed, object, ShapeError, shapeOf, word } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { GitHubCalls } from "./call.ts";
import { readPages } from "./pages.ts";
import { placeText } from "./place.ts";
import { remembered } from "./remembered.ts";

/** The public keys of a run, by repository and place. */
export type PublicKeys = Map<string, Promise<PublicKey>>;

interface PublicKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

const token = "SILO_SECRETS_TOKEN";
const mostBytes = 48 * 1024;

const readSecret = shapeOf<{ name: string; updated_at: string }>({
  name: needed(word),
  updated_at: needed(word),
});

export function listSecrets(
  calls: GitHubCalls,
  repo: string,
  place: GitHubPlace,
): Promise<readonly GitHubSecret[] | undefined> {
  const asked = readPages(calls, {
    repo,
    token,
    operation: `list the secrets of ${placeText(repo, place)}`,
    send: (request, at, page) =>
      place.kind === "repository"
        ? request("GET /repos/{owner}/{repo}/actions/secrets", { ...at, ...page })
        : request("GET /repos/{owner}/{repo}/environments/{environment_name}/secrets", {
            ...at,
            ...page,
            environment_name: place.environment,
          }),
    read: (body) =>
      list(readSecret)(object(body, "the answer").secrets, "secrets").map(
        ({ name, updated_at }) => ({ name, updatedAt: updated_at }),
      ),
    idOf: ({ name }) => name,
  });
  return place.kind === "repository" ? asked : absentIfMissing(calls, { repo, token }, asked);
}

interface Target {
  readonly repo: string;
  readonly place: GitHubPlace;
  readonly name: string;
}

export async function putSecret(
  calls: GitHubCalls,
  keys: PublicKeys,
  put: Target & { readonly value: Secret },
): Promise<void> {
  const { repo, place, name } = put;
  const value = put.value.reveal();
  const operation = `write the secret ${name} of ${placeText(repo, place)}`;
  if (Buffer.byteLength(value) > mostBytes) {
    throw calls.failure(operation, "the value is larger than 48 KB", "invalid");
  }
  const keyName = keyNameOf(repo, place);
  const known = keys.has(keyName);
  const write = async () => {
    const key = await remembered(keys, keyName, () => getPublicKey(calls, repo, place));
    await sendSecret(calls, { repo, place, name, operation, value, key });
  };
  try {
    await write();
  } catch (error) {
    // An environment that was made anew since has another key.
    const stale = isApiError(error, "invalid") || isApiError(error, "not_found");
    if (stale) keys.delete(keyName);
    if (!stale || !known) throw error;
    await write();
  }
}

export function forgetPublicKey(keys: PublicKeys, repo: string, place: GitHubPlace): void {
  keys.delete(keyNameOf(repo, place));
}

function keyNameOf(repo: string, place: GitHubPlace): string {
  return JSON.stringify([repo, place.kind === "repository" ? null : place.environment]);
}

function getPublicKey(calls: GitHubCalls, repo: string, place: GitHubPlace): Promise<PublicKey> {
  return calls.call({
    repo,
    token,
    operation: `read the public key of ${placeText(repo, place)}`,
    effect: "read",
    send: (request, at) =>
      place.kind === "repository"
        ? request("GET /repos/{owner}/{repo}/actions/secrets/public-key", { ...at })
        : request("GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key", {
            ...at,
            environment_name: place.environment,
          }),
    read: ({ body }) => {
      const { key_id, key } = readKey(body, "the public key");
      const bytes = Uint8Array.from(Buffer.from(key, "base64"));
      if (bytes.byteLength !== 32) throw new ShapeError("the public key has not 32 bytes");
      return { id: key_id, bytes };
    },
  });
}

const readKey = shapeOf<{ key_id: string; key: string }>({
  key_id: needed(word),
  key: needed(word),
});

async function sendSecret(
  calls: GitHubCalls,
  put: Target & { readonly operation: string; readonly value: string; readonly key: PublicKey },
): Promise<void> {
  const { repo, place, name, operation, value, key } = put;
  const sealed = seal(calls, operation, value, key);
  const body = {
    secret_name: name,
    encrypted_value: Buffer.from(sealed).toString("base64"),
    key_id: key.id,
  };
  return calls.call({
    repo,
    token,
    operation,
    effect: "repeatable",
    hidden: [value, body.encrypted_value],
    send: (request, at) =>
      place.kind === "repository"
        ? request("PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}", { ...at, ...body })
        : request(
            "PUT /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
            { ...at, ...body, environment_name: place.environment },
          ),
    read: () => undefined,
  });
}

function seal(calls: GitHubCalls, operation: string, value: string, key: PublicKey): Uint8Array {
  try {
    return sealBox(new TextEncoder().encode(value), key.bytes, calls.random.bytes(32));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw calls.failure(operation, error.message, "invalid");
  }
}

export async function deleteSecret(
  calls: GitHubCalls,
  { repo, place, name }: Target,
): Promise<void> {
  const asked = calls.call({
    repo,
    token,
    operation: `delete the secret ${name} of ${placeText(repo, place)}`,
    effect: "repeatable",
    send: (request, at) =>
      place.kind === "repository"
        ? request("DELETE /repos/{owner}/{repo}/actions/secrets/{secret_name}", {
            ...at,
            secret_name: name,
          })
        : request(
            "DELETE /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
            { ...at, secret_name: name, environment_name: place.environment },
          ),
    read: () => undefined,
  });
  await absentIfMissing(calls, { repo, token }, asked);
}
