/** The part of GitHub's GraphQL schema that is answered: type → field → its type and arguments. */

export interface FieldType {
  readonly type: string;
  /** Name → whether it must be given. */
  readonly args?: Readonly<Record<string, boolean>>;
}

const scalar: FieldType = { type: "scalar" };
const scalars = (...names: readonly string[]): Record<string, FieldType> =>
  Object.fromEntries(names.map((name) => [name, scalar]));
const paged = { first: false, after: false, last: false, before: false };

const gitObject = scalars("id", "oid", "abbreviatedOid", "commitUrl");
const connection = (node: string): Record<string, FieldType> => ({
  nodes: { type: node },
  pageInfo: { type: "PageInfo" },
  totalCount: scalar,
});

export const types: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  Query: {
    repository: {
      type: "Repository",
      args: { owner: true, name: true, followRenames: false },
    },
    viewer: { type: "User" },
    rateLimit: { type: "RateLimit", args: { dryRun: false } },
  },
  Mutation: {
    createCommitOnBranch: { type: "CreateCommitOnBranchPayload", args: { input: true } },
  },
  CreateCommitOnBranchPayload: {
    clientMutationId: scalar,
    commit: { type: "Commit" },
    ref: { type: "Ref" },
  },
  User: scalars("id", "login", "databaseId", "url"),
  RateLimit: scalars("cost", "limit", "nodeCount", "remaining", "resetAt", "used"),
  Repository: {
    ...scalars("id", "databaseId", "name", "nameWithOwner", "isPrivate", "visibility", "url"),
    defaultBranchRef: { type: "Ref" },
    object: { type: "GitObject", args: { expression: false, oid: false } },
    ref: { type: "Ref", args: { qualifiedName: true } },
    refs: { type: "RefConnection", args: { refPrefix: true, query: false, ...paged } },
    environment: { type: "Environment", args: { name: true } },
    environments: { type: "EnvironmentConnection", args: { names: false, ...paged } },
  },
  Ref: { ...scalars("id", "name", "prefix"), target: { type: "GitObject" } },
  RefConnection: connection("Ref"),
  Environment: scalars("id", "databaseId", "name"),
  EnvironmentConnection: connection("Environment"),
  PageInfo: scalars("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"),
  GitObject: gitObject,
  Blob: { ...gitObject, ...scalars("byteSize", "isBinary", "isTruncated", "text") },
  Tree: { ...gitObject, entries: { type: "TreeEntry" } },
  TreeEntry: {
    ...scalars("name", "path", "mode", "oid", "size", "type"),
    object: { type: "GitObject" },
  },
  Commit: {
    ...gitObject,
    ...scalars("message", "messageHeadline", "messageBody", "committedDate", "authoredDate", "url"),
    tree: { type: "Tree" },
    file: { type: "TreeEntry", args: { path: true } },
    parents: { type: "CommitConnection", args: paged },
    history: { type: "CommitHistoryConnection", args: { path: false, ...paged } },
  },
  CommitConnection: connection("Commit"),
  CommitHistoryConnection: connection("Commit"),
};

/** What a value of a type may turn out to be. */
export const members: Readonly<Record<string, readonly string[]>> = {
  GitObject: ["Blob", "Commit", "Tree"],
};

export const isScalar = ({ type }: FieldType) => type === "scalar";

/** Whether a selection on `condition` can apply to a value known to be of `type`. */
export function overlaps(type: string, condition: string): boolean {
  return (
    type === condition ||
    (members[type]?.includes(condition) ?? false) ||
    (members[condition]?.includes(type) ?? false)
  );
}
