/** What tests and demos may see and do beside the API: what a workflow would see, what people do. */

import type { CommitStatusRow, DispatchRow, RepoRow } from "./entities.ts";
import { type FileEntry, filesOf } from "./git/files.ts";
import { blobContent } from "./git/objects.ts";
import { branchRef, resolveCommit, treeOfCommit } from "./git/revisions.ts";
import { type Hub, repoOf } from "./hub.ts";
import { mergePull } from "./issues.ts";
import { pushFiles } from "./push-files.ts";
import { environmentOf } from "./vaults.ts";
import { ownerOf } from "./views/users.ts";

/** `repository`, or the name of an environment. */
export type Place = "repository" | { readonly environment: string };

export interface Revealed {
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

export interface GitHubDoors {
  /** What a workflow would read there, secrets opened. Empty for an environment that is not there. */
  reveal(repo: string, place: Place): Revealed;
  /** Files of a branch, path → text; `undefined` without the branch. */
  files(repo: string, branch: string): ReadonlyMap<string, string> | undefined;
  branches(repo: string): readonly string[];
  /** Somebody comments on an issue or pull request; gives the id. */
  comment(repo: string, issue: number, comment: { login: string; body: string }): number;
  /** What was reacted to a comment. */
  reactions(repo: string, comment: number): readonly string[];
  /** Id of an account. */
  userId(login: string): number;
  /** Head of a branch. */
  head(repo: string, branch: string): string;
  /** Statuses of a commit, oldest first. */
  statuses(repo: string, sha: string): readonly CommitStatusRow[];
  /** Bodies of the comments of an issue or pull request, oldest first. */
  comments(repo: string, issue: number): readonly string[];
  /** Workflows that were asked to run. */
  dispatches(repo: string): readonly DispatchRow[];
  /** Names as they were given. */
  environments(repo: string): readonly string[];
  /** A person changes a secret by hand: its value is then nobody's but theirs. */
  setSecret(repo: string, place: Place, secret: { name: string; value: string }): void;
  /** A person pushes a commit to a branch, a new one from the default branch; `null` removes a file. */
  push(repo: string, branch: string, files: Readonly<Record<string, string | null>>): string;
  /** A person merges a pull request. */
  merge(repo: string, pull: number): void;
  /** New key pairs everywhere: what was sealed for the old ones cannot be opened. */
  rotateKeys(repo: string): void;
}

export function createDoors(hub: Hub): GitHubDoors {
  const repository = (name: string) => {
    const [owner = "", repo = ""] = name.split("/");
    const found = repoOf(hub, owner, repo);
    if (!found) throw new Error(`The emulated GitHub has no repository ${name}`);
    return found;
  };
  const vault = (name: string, place: Place) => {
    const repo = repository(name);
    return place === "repository" ? repo.vault : environmentOf(repo, place.environment).vault;
  };
  return {
    ...talk(hub, repository),
    reveal(name, place) {
      const isThere =
        place === "repository" ||
        repository(name).environments.has(place.environment.toLowerCase());
      if (!isThere) return { secrets: new Map(), variables: new Map() };
      const { secrets, variables } = vault(name, place);
      return { secrets: valuesOf(secrets), variables: valuesOf(variables) };
    },
    files(name, branch) {
      const repo = repository(name);
      const sha = resolveCommit(repo, branch);
      if (sha === undefined) return undefined;
      const files = filesOf(repo.git, treeOfCommit(repo, sha)) ?? new Map<string, FileEntry>();
      const text = ({ sha: blob }: FileEntry) => blobContent(repo.git, blob).toString("utf8");
      return new Map([...files].map(([path, file]) => [path, text(file)]));
    },
    branches: (name) =>
      [...repository(name).git.refs.keys()]
        .filter((ref) => ref.startsWith("refs/heads/"))
        .map((ref) => ref.slice("refs/heads/".length)),
    head(name, branch) {
      const sha = repository(name).git.refs.get(branchRef(branch));
      if (sha === undefined) throw new Error(`The emulated ${name} has no branch ${branch}`);
      return sha;
    },
    statuses: (name, sha) => repository(name).statuses.filter((status) => status.sha === sha),
    dispatches: (name) => repository(name).dispatches,
    environments: (name) => [...repository(name).environments.values()].map((one) => one.name),
    setSecret(name, place, secret) {
      const at = hub.clock.now();
      const { secrets } = vault(name, place);
      const createdMs = secrets.get(secret.name)?.createdMs ?? at;
      secrets.set(secret.name, { ...secret, createdMs, updatedMs: at });
    },
    push(name, branch, files) {
      const repo = repository(name);
      const from = repo.git.refs.get(branchRef(repo.defaultBranch));
      if (!repo.git.refs.has(branchRef(branch)) && from !== undefined) {
        repo.git.refs.set(branchRef(branch), from);
      }
      return pushFiles(repo.git, hub, { branch, files });
    },
    merge: (name, pull) => mergePull(repository(name), pull, hub),
    rotateKeys(name) {
      const repo = repository(name);
      for (const one of [repo.vault, ...[...repo.environments.values()].map((row) => row.vault)]) {
        one.keyId = hub.chance.pick("0123456789", 18);
        one.privateKey = hub.chance.hex(64);
      }
    },
  };
}

/** What people say to each other. */
function talk(
  hub: Hub,
  repository: (name: string) => RepoRow,
): Pick<GitHubDoors, "comment" | "comments" | "reactions" | "userId"> {
  return {
    comment(name, issue, { login, body }) {
      const atMs = hub.clock.now();
      const id = hub.nextId();
      const user = ownerOf(login);
      const row = { id, issue, body, user, reactions: [], createdMs: atMs, updatedMs: atMs };
      repository(name).comments.set(id, row);
      return id;
    },
    comments: (name, issue) =>
      [...repository(name).comments.values()]
        .filter((comment) => comment.issue === issue)
        .map(({ body }) => body),
    reactions: (name, comment) =>
      repository(name)
        .comments.get(comment)
        ?.reactions.map(({ content }) => content) ?? [],
    userId: (login) => ownerOf(login).id,
  };
}

function valuesOf(rows: ReadonlyMap<string, { readonly value: string }>): Map<string, string> {
  return new Map([...rows].map(([name, { value }]) => [name, value]));
}
