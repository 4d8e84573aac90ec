import {
  created,
  isoTime,
  noContent,
  param,
  type Reply,
  type RepoCall,
  requiredText,
} from "../call.ts";
import type { SettingRow } from "../entities.ts";
import { unprocessable } from "../errors.ts";
import { countedReply } from "../paging.ts";
import type { RepoRoute } from "../router.ts";
import { openSealedBox, publicKeyOf } from "../sealed-box.ts";
import { byName, putSetting, settingName, settingOf, vaultOf } from "../vaults.ts";

const places = [
  { repoPath: "/actions/secrets", permission: "secrets", place: "repository" },
  {
    repoPath: "/environments/:environment/secrets",
    permission: "environments",
    place: "environment",
  },
];

/** The same calls for a repository and for each of its environments. */
export const secretRoutes: readonly RepoRoute[] = places.flatMap(
  ({ repoPath, permission, place }): RepoRoute[] => {
    const read = `${permission}=read`;
    const write = `${permission}=write`;
    const one = `${repoPath}/:name`;
    const action = `${place}-secret`;
    return [
      { method: "GET", repoPath, action: `${action}s-list`, accepts: read, run: listSecrets },
      {
        method: "GET",
        repoPath: `${repoPath}/public-key`,
        action: `${action}-key`,
        accepts: read,
        run: getPublicKey,
      },
      { method: "GET", repoPath: one, action: `${action}-get`, accepts: read, run: getSecret },
      { method: "PUT", repoPath: one, action: `${action}-put`, accepts: write, run: putSecret },
      {
        method: "DELETE",
        repoPath: one,
        action: `${action}-delete`,
        accepts: write,
        run: deleteSecret,
      },
    ];
  },
);

const mostSecrets = 100;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const vaultIn = (call: RepoCall) => vaultOf(call.repo, call.params.environment);

function listSecrets(call: RepoCall): Reply {
  const rows = byName(vaultIn(call).secrets.values());
  return countedReply(call, rows, { name: "secrets", view });
}

function getPublicKey(call: RepoCall): Reply {
  const { keyId, privateKey } = vaultIn(call);
  return { status: 200, body: { key_id: keyId, key: publicKeyOf(privateKey) } };
}

function getSecret(call: RepoCall): Reply {
  return { status: 200, body: view(settingOf(vaultIn(call).secrets, param(call, "name"))) };
}

function putSecret(call: RepoCall): Reply {
  const vault = vaultIn(call);
  const name = settingName(param(call, "name"), "Secret");
  const sealed = requiredText(call.body, "encrypted_value");
  const keyId = requiredText(call.body, "key_id");
  // The real API repeats the value too: a client must keep this text out of its errors.
  if (!base64.test(sealed)) {
    throw unprocessable(`Invalid request.\n\n${sealed} does not match ${base64}.`);
  }
  if (keyId !== vault.keyId) throw unprocessable("Bad request - key_id is not the current key");
  const opened = openSealedBox(Buffer.from(sealed, "base64"), vault.privateKey);
  if (!opened) {
    throw unprocessable("Bad request - validation failed due to an improperly encrypted secret");
  }
  const setting = { name, value: opened.toString("utf8"), at: call.at };
  const was = putSetting(vault.secrets, setting, { most: mostSecrets, what: "Secret" });
  return was ? noContent : created({});
}

function deleteSecret(call: RepoCall): Reply {
  const { secrets } = vaultIn(call);
  secrets.delete(settingOf(secrets, param(call, "name")).name);
  return noContent;
}

function view({ name, createdMs, updatedMs }: SettingRow) {
  return { name, created_at: isoTime(createdMs), updated_at: isoTime(updatedMs) };
}
