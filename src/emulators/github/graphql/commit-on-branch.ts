/** The mutation `createCommitOnBranch`: a compare-and-swap of a branch's head. */

import { isRecord } from "../call.ts";
import type { RepoRow } from "../entities.ts";
import { commitFiles, type FileChanges, isFilePath } from "../git/commit-files.ts";
import { entryAt } from "../git/files.ts";
import { branchRef, treeOfCommit } from "../git/revisions.ts";
import { isWorkflowFile, mayWriteTo } from "../rules.ts";
import { satisfies } from "../tokens.ts";
import type { GraphQLContext } from "./context.ts";
import type { Args, Node } from "./execute.ts";
import { commitNode, refNode } from "./nodes.ts";
import { FieldFailure, QueryProblem } from "./problems.ts";
import { repositoryNamed } from "./repository-named.ts";

interface Input {
  readonly repository: string;
  readonly branch: string;
  readonly expectedHead: string;
  readonly message: string;
  readonly changes: FileChanges;
  readonly clientMutationId: string | null;
}

export function createCommitOnBranch({ input: given }: Args, context: GraphQLContext): Node {
  const input = readInput(given);
  const repo = repositoryNamed(input.repository, context);
  const { actor, hub } = context;
  const ref = branchRef(input.branch);
  const paths = [...input.changes.additions.keys(), ...input.changes.deletions];
  const needed = paths.some(isWorkflowFile) ? "contents=write,workflows=write" : "contents=write";
  if (!satisfies(actor, needed)) {
    const by = actor.kind === "pat" ? "personal access token" : "integration";
    throw new FieldFailure("FORBIDDEN", `Resource not accessible by ${by}`);
  }
  const head = repo.git.refs.get(ref);
  if (head === undefined) {
    throw new FieldFailure(
      "NOT_FOUND",
      `Could not resolve to a branch with the name '${input.branch}'.`,
    );
  }
  if (head !== input.expectedHead) {
    const text = `Expected branch to point to "${input.expectedHead}" but it did not.  Pull and try again.`;
    throw new FieldFailure("STALE_DATA", text);
  }
  checkDeletions(repo, head, input.changes);
  if (!mayWriteTo(repo, input.branch, actor)) {
    const text =
      "Repository rule violations found\n\nChanges must be made through a pull request.\n\n";
    throw new FieldFailure("UNPROCESSABLE", text);
  }
  const { changes, message } = input;
  const made = { parent: head, changes, message, user: actor.user, atMs: hub.clock.now() };
  const sha = commitFiles(repo.git, made);
  repo.git.refs.set(ref, sha);
  return {
    __typename: "CreateCommitOnBranchPayload",
    clientMutationId: input.clientMutationId,
    commit: () => commitNode(repo, sha),
    ref: () => refNode(repo, ref),
  };
}

function checkDeletions(repo: RepoRow, head: string, { deletions }: FileChanges): void {
  const tree = treeOfCommit(repo, head);
  if (deletions.every((path) => entryAt(repo.git, tree, path)?.type === "blob")) return;
  const text = `A path was requested for deletion which does not exist as of commit oid \`${head}\``;
  throw new FieldFailure("NOT_FOUND", text);
}

const known: Readonly<Record<string, readonly string[]>> = {
  input: ["branch", "clientMutationId", "expectedHeadOid", "fileChanges", "message"],
  branch: ["branchName", "id", "repositoryNameWithOwner"],
  message: ["body", "headline"],
  fileChanges: ["additions", "deletions"],
  additions: ["contents", "path"],
  deletions: ["path"],
};

function readInput(given: unknown): Input {
  const input = record(given, "input");
  const branch = record(input.branch, "branch");
  const message = record(input.message, "message");
  const changes = input.fileChanges == null ? {} : record(input.fileChanges, "fileChanges");
  const body = message.body == null ? "" : text(message.body, "message.body");
  const headline = text(message.headline, "message.headline");
  return {
    repository: text(branch.repositoryNameWithOwner, "branch.repositoryNameWithOwner"),
    branch: text(branch.branchName, "branch.branchName"),
    expectedHead: text(input.expectedHeadOid, "expectedHeadOid"),
    message: body === "" ? headline : `${headline}\n\n${body}`,
    changes: readChanges(changes),
    clientMutationId: typeof input.clientMutationId === "string" ? input.clientMutationId : null,
  };
}

function readChanges(changes: Readonly<Record<string, unknown>>): FileChanges {
  const additions = list(changes.additions).map((one): [string, Buffer] => {
    const addition = record(one, "additions");
    const contents = text(addition.contents, "additions.contents");
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(contents))
      throw invalid("additions.contents", "Base64String");
    return [filePath(addition.path), Buffer.from(contents, "base64")];
  });
  const deletions = list(changes.deletions).map((one) => filePath(record(one, "deletions").path));
  return { additions: new Map(additions), deletions };
}

function filePath(given: unknown): string {
  const path = text(given, "path");
  if (!isFilePath(path)) {
    throw new FieldFailure("UNPROCESSABLE", `A path is not valid in a git tree: ${path}`);
  }
  return path;
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw invalid(name, "an object");
  const unknown = Object.keys(value).find((key) => !known[name]?.includes(key));
  if (unknown !== undefined) throw invalid(unknown, "not defined on this input");
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw invalid(name, "not null");
  return value;
}

/** Input that does not fit its type stops the whole document. */
function invalid(name: string, wanted: string): QueryProblem {
  const text = `Variable $input of type CreateCommitOnBranchInput! was provided invalid value for ${name} (Expected value to be ${wanted})`;
  return new QueryProblem(text, { line: 1, column: 1 }, { extensions: { code: "invalidInput" } });
}
