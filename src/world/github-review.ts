/** How people agree on a change: pull requests, checks, permissions and what they say. */

export type GitHubReaction = "+1" | "-1" | "eyes" | "confused" | "rocket";

/** An open issue. */
export interface GitHubIssue {
  readonly number: number;
  readonly body: string;
  /** Login. */
  readonly author: string;
}

export interface GitHubComment {
  readonly id: number;
  readonly body: string;
  /** Login of the author. */
  readonly author: string;
  readonly authorId: number;
  readonly isByPerson: boolean;
  /** ISO 8601; equal until somebody edits it. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface GitHubPull {
  readonly number: number;
  readonly headSha: string;
  /** Branch that it is for. */
  readonly base: string;
  readonly isMerged: boolean;
  readonly isOpen: boolean;
}

export interface GitHubCommitStatus {
  readonly context: string;
  readonly state: string;
  readonly description: string;
  /** Login; anybody who may write can set a status. */
  readonly creator: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly isRemoved: boolean;
  /** Of a file that was moved. */
  readonly previousPath: string | undefined;
}

/** A file by the history of a branch. */
export interface FileHistory {
  readonly isThere: boolean;
  /** Undefined: it is not there now, or is no text. */
  readonly text: string | undefined;
  /** The last commit that changed it, and what it was before; undefined when none ever did. */
  readonly lastChange: { readonly sha: string; readonly before: string | undefined } | undefined;
}

export interface GitHubPerson {
  readonly id: number;
  /** `admin`, `maintain`, `write`, `triage`, `read`, or a role of the organisation's own. */
  readonly role: string;
}
