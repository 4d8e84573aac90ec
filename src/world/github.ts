/**
 * What silo-manager asks of GitHub, for one repository at a time (`owner/name`). Secret values go
 * in and never come out. Every method throws `ApiError` (silo/errors.ts) and nothing else; a missing
 * permission is category `forbidden` with the permission's name in the text.
 */

import type { Secret } from "#silo/secret.ts";
import type { TokenPermission } from "#silo/token-permissions.ts";
import type {
  ChangedFile,
  FileHistory,
  GitHubComment,
  GitHubCommitStatus,
  GitHubIssue,
  GitHubPerson,
  GitHubPull,
  GitHubReaction,
} from "./github-review.ts";

export type * from "./github-review.ts";
/** Where secrets and variables live. */
export type GitHubPlace =
  | { readonly kind: "repository" }
  | { readonly kind: "environment"; readonly environment: string };

/** A secret as GitHub shows it: never its value. */
export interface GitHubSecret {
  readonly name: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface GitHubVariable {
  readonly name: string;
  readonly value: string;
}

export interface GitHubReviewer {
  readonly type: "User" | "Team";
  readonly id: number;
}

export interface GitHubEnvironment {
  readonly name: string;
  readonly reviewers: readonly GitHubReviewer[];
  readonly preventSelfReview: boolean;
  readonly waitMinutes: number;
  /** `undefined`: every branch is let in. */
  readonly branchPolicy: "protected" | "custom" | undefined;
  /** Names of the custom policies, with their type; only read when `branchPolicy` is `custom`. */
  readonly branches: readonly { readonly name: string; readonly type: "branch" | "tag" }[];
}

export interface BranchGuards {
  /** Somebody else must approve. */
  readonly review: boolean;
  readonly codeOwnerReview: boolean;
  /** Text of CODEOWNERS on that branch; read only when it has a say. */
  readonly codeOwners: string | undefined;
  /** Every token sees a ruleset; the older branch protection only one with `administration`. */
  readonly byRuleset: boolean;
  /** Some of it may not be read with this token. */
  readonly isUnseen: boolean;
}

export interface GitHubRepository {
  /** `owner/name`. */
  readonly name: string;
  readonly id: number;
  readonly defaultBranch: string;
  readonly isPrivate: boolean;
}

export type DeploymentState = "in_progress" | "success" | "failure" | "inactive";

export interface GitHubDeployment {
  readonly id: number;
  readonly environment: string;
  readonly ref: string;
  readonly createdAt: string;
}

/** Result of a compare-and-swap: `stale` means the branch moved; look again. */
export type CommitResult =
  | { readonly kind: "committed"; readonly oid: string }
  | { readonly kind: "stale" };

export interface GitHubReads {
  repository(repo: string): Promise<GitHubRepository>;
  /** `undefined` when the environment does not exist. */
  listSecrets(repo: string, place: GitHubPlace): Promise<readonly GitHubSecret[] | undefined>;
  listVariables(repo: string, place: GitHubPlace): Promise<readonly GitHubVariable[] | undefined>;
  /** `undefined` when it does not exist, or the plan of the account has none. */
  getEnvironment(repo: string, name: string): Promise<GitHubEnvironment | undefined>;
  listEnvironments(repo: string): Promise<readonly string[]>;
  /** What stands between a change and the branch; what may not be seen counts as nothing. */
  branchGuards(repo: string, branch: string): Promise<BranchGuards>;
  /**
   * Whether SILO_SECRETS_TOKEN has a permission. For one to write it asks to remove what GitHub lets
   * nobody make, so nothing changes; two of them can only be tried on an environment that is there.
   */
  hasPermission(
    repo: string,
    permission: TokenPermission["name"],
    environment?: string,
  ): Promise<"yes" | "no" | "unknown">;
  /** By `LOGIN` or `ORG/TEAM`; `undefined` when GitHub shows nobody of that name. */
  findReviewer(repo: string, name: string): Promise<GitHubReviewer | undefined>;
  /** Head of a branch; `undefined` when there is no such branch. */
  getBranchHead(repo: string, branch: string): Promise<string | undefined>;
  /** Text of files of a branch; a missing one is absent from the map. */
  readFiles(
    repo: string,
    branch: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  readFilesAt(
    repo: string,
    sha: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  fileHistory(repo: string, branch: string, path: string): Promise<FileHistory>;
  listDeployments(repo: string, environment: string): Promise<readonly GitHubDeployment[]>;
  /** State of the newest status of a deployment. */
  getDeploymentState(repo: string, id: number): Promise<string | undefined>;
  /** Open issues with that label, pull requests left out. */
  listIssues(repo: string, label: string): Promise<readonly GitHubIssue[]>;
  /** All comments of an issue or pull request, paged to the end. */
  listComments(repo: string, issue: number): Promise<readonly GitHubComment[]>;
  getComment(repo: string, id: number): Promise<GitHubComment>;
  getPull(repo: string, number: number): Promise<GitHubPull>;
  pullsOfCommit(repo: string, sha: string): Promise<readonly GitHubPull[]>;
  /** Those from a branch of the repository itself, open or not; newest first. */
  pullsFrom(repo: string, branch: string): Promise<readonly GitHubPull[]>;
  /** Newest first, paged to the end. */
  listCommitStatuses(repo: string, sha: string): Promise<readonly GitHubCommitStatus[]>;
  /** Undefined when it cannot be said in full. */
  changedFiles(
    repo: string,
    base: string,
    head: string,
  ): Promise<readonly ChangedFile[] | undefined>;
  permissionOf(repo: string, login: string): Promise<GitHubPerson | undefined>;
  isInTeam(
    repo: string,
    team: { readonly org: string; readonly slug: string },
    login: string,
  ): Promise<boolean>;
  /** Names of the branches that begin so. */
  listBranches(repo: string, prefix: string): Promise<readonly string[]>;
  /** Texts of the files of one folder of a branch, by name; empty without it. */
  readFolder(repo: string, branch: string, folder: string): Promise<ReadonlyMap<string, string>>;
  /** Login of whoever the token is of; of a workflow `github-actions[bot]`. */
  viewer(repo: string): Promise<string>;
}

export interface GitHubWrites extends GitHubReads {
  /** Sealed with the place's public key, which is asked for once a run. */
  putSecret(repo: string, place: GitHubPlace, name: string, value: Secret): Promise<void>;
  /** Gone afterwards; that it was absent before is no error. */
  deleteSecret(repo: string, place: GitHubPlace, name: string): Promise<void>;
  /** Creates or changes; writes nothing when the value is the same. */
  putVariable(repo: string, place: GitHubPlace, name: string, value: string): Promise<void>;
  deleteVariable(repo: string, place: GitHubPlace, name: string): Promise<void>;
  /**
   * Creates it, or sets its branch policy to exactly these branches; reviewers, wait time and the
   * rest that people set survive, and these reviewers are added to them.
   */
  restrictEnvironment(
    repo: string,
    name: string,
    rules: {
      readonly branches: readonly string[];
      readonly reviewers?: readonly GitHubReviewer[];
    },
  ): Promise<void>;
  deleteEnvironment(repo: string, name: string): Promise<void>;
  /** Makes an orphan branch with nothing but a README, unless it is there; gives its head. */
  ensureBranch(repo: string, branch: string): Promise<string>;
  /** At that commit, unless the branch is there; gives its head. */
  createBranch(repo: string, branch: string, sha: string): Promise<string>;
  /** From a branch of the repository itself, unless one is open; gives its number. */
  createPull(
    repo: string,
    pull: {
      readonly head: string;
      readonly base: string;
      readonly title: string;
      readonly body: string;
    },
  ): Promise<number>;
  /** One signed commit of all files (`createCommitOnBranch`) onto exactly that head. */
  commitFiles(
    repo: string,
    commit: {
      readonly branch: string;
      readonly expectedHead: string;
      readonly message: string;
      readonly additions: ReadonlyMap<string, string>;
      readonly deletions: readonly string[];
    },
  ): Promise<CommitResult>;
  createDeployment(
    repo: string,
    deployment: {
      readonly ref: string;
      readonly environment: string;
      readonly description: string;
    },
  ): Promise<GitHubDeployment>;
  setDeploymentState(
    repo: string,
    id: number,
    status: {
      readonly state: DeploymentState;
      readonly description: string;
      readonly environmentUrl?: string;
      readonly logUrl?: string;
    },
  ): Promise<void>;
  /** Gone afterwards; that it was absent before is no error. */
  deleteBranch(repo: string, branch: string): Promise<void>;
  dispatchWorkflow(
    repo: string,
    workflow: string,
    asked: { readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
  ): Promise<void>;
  react(repo: string, comment: number, content: GitHubReaction): Promise<void>;
  createIssue(
    repo: string,
    issue: { readonly title: string; readonly body: string; readonly label: string },
  ): Promise<void>;
  updateIssue(
    repo: string,
    issue: number,
    change: { readonly body?: string; readonly state?: "closed" },
  ): Promise<void>;
  createComment(repo: string, issue: number, body: string): Promise<void>;
  updateComment(repo: string, id: number, body: string): Promise<void>;
  setCommitStatus(
    repo: string,
    sha: string,
    status: {
      readonly state: "error" | "failure" | "pending" | "success";
      readonly context: string;
      readonly description: string;
      readonly targetUrl?: string;
    },
  ): Promise<void>;
}
