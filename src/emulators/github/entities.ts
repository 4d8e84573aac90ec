/** What the emulator remembers. Fields that change are not readonly. */

import type { GitStore } from "./git/objects.ts";

export type Plan = "free" | "pro" | "enterprise";

export interface User {
  readonly login: string;
  readonly id: number;
  readonly type: "User" | "Bot";
}

/** Secrets and variables of a repository or an environment; names in capitals. */
export interface Vault {
  keyId: string;
  /** X25519, hex. Never given out. */
  privateKey: string;
  readonly secrets: Map<string, SettingRow>;
  readonly variables: Map<string, SettingRow>;
}

export interface SettingRow {
  readonly name: string;
  value: string;
  readonly createdMs: number;
  updatedMs: number;
}

export interface Reviewer {
  readonly type: "User" | "Team";
  readonly id: number;
}

export interface EnvironmentRow {
  readonly id: number;
  readonly name: string;
  readonly createdMs: number;
  updatedMs: number;
  waitMinutes: number;
  preventSelfReview: boolean;
  reviewers: readonly Reviewer[];
  branchPolicy: "protected" | "custom" | undefined;
  readonly policies: Map<number, PolicyRow>;
  readonly vault: Vault;
}

export interface PolicyRow {
  readonly id: number;
  name: string;
  readonly type: "branch" | "tag";
}

export interface DeploymentRow {
  readonly id: number;
  readonly ref: string;
  readonly sha: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creator: User;
  readonly createdMs: number;
  updatedMs: number;
  /** Oldest first. */
  readonly statuses: DeploymentStatusRow[];
}

export interface DeploymentStatusRow {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: User;
  readonly createdMs: number;
}

export interface PullRow {
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly headRepository: string;
  readonly draft: boolean;
  readonly merge?: { readonly sha: string; readonly atMs: number };
}

export interface IssueRow {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: string | null;
  labels: readonly string[];
  readonly user: User;
  readonly createdMs: number;
  updatedMs: number;
  closedMs: number | null;
  /** A pull request is an issue too. */
  pull: PullRow | null;
}

export interface CommentRow {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly user: User;
  readonly reactions: { readonly id: number; readonly content: string; readonly user: User }[];
  readonly createdMs: number;
  updatedMs: number;
}

export interface CommitStatusRow {
  readonly id: number;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdMs: number;
}

export interface DispatchRow {
  readonly runId: number;
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly atMs: number;
}

/** What a branch asks of whoever changes it. */
export interface BranchRule {
  readonly id: number;
  readonly kind: "protection" | "ruleset";
  readonly branch: string;
  /** 0: no pull request is needed. */
  readonly requiredReviews: number;
  readonly codeOwners: boolean;
  /** Logins that may write all the same. */
  readonly bypass: readonly string[];
}

export interface RepoRow {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly plan: Plan;
  readonly defaultBranch: string;
  readonly createdMs: number;
  readonly git: GitStore;
  readonly rules: readonly BranchRule[];
  readonly collaborators: Readonly<Record<string, string>>;
  readonly vault: Vault;
  /** By name in small letters. */
  readonly environments: Map<string, EnvironmentRow>;
  readonly deployments: Map<number, DeploymentRow>;
  readonly issues: Map<number, IssueRow>;
  readonly comments: Map<number, CommentRow>;
  readonly statuses: CommitStatusRow[];
  readonly dispatches: DispatchRow[];
}
