/** What the emulated Netlify remembers. Plain data: it goes to JSON and back as it is. */

export type NetlifyPlan = "free" | "pro";

export interface TeamRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly plan: NetlifyPlan;
  readonly createdMs: number;
  /** Variables of the whole team: what a call without `site_id` changes. */
  readonly variables: VariableRow[];
}

export interface SiteRow {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly productionBranch: string;
  readonly createdMs: number;
  readonly variables: VariableRow[];
}

export interface VariableRow {
  readonly key: string;
  scopes: readonly string[];
  isSecret: boolean;
  values: readonly ValueRow[];
  updatedMs: number;
}

export interface ValueRow {
  readonly id: string;
  readonly value: string;
  readonly context: string;
  /** The branch, in context `branch` only. */
  readonly parameter?: string;
}

/** A deploy and the build that makes it. */
export interface DeployRow {
  readonly id: string;
  readonly buildId: string;
  readonly siteId: string;
  readonly branch: string;
  readonly title?: string;
  readonly sha: string;
  readonly context: "production" | "branch-deploy";
  readonly createdMs: number;
  /** When the build begins: the variables are read then. */
  readonly startMs: number;
  readonly end: "ready" | "error" | "timeout";
  readonly endMs: number;
  state: string;
  updatedMs: number;
  /** The variables that the build saw. */
  environment?: Readonly<Record<string, string>>;
}
