/**
 * What silo-manager asks of Netlify. A call without the site acts on the whole team, so the site is
 * part of every one. Every method throws `ApiError` (silo/errors.ts) and nothing else.
 */

export interface NetlifySite {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  /** Production URL as the API gives it. */
  readonly url: string;
  /** Its values are those of the context `production`. */
  readonly productionBranch?: string;
}

/** A variable's value in one context. */
export interface NetlifyValue {
  readonly id: string;
  readonly context: string;
  /** The one branch that the value is for: of the context `branch`, or the production branch. */
  readonly branch: string | undefined;
  readonly value: string;
  /** Somebody marked the variable as secret, so `value` is not it: compare by fingerprint. */
  readonly isHidden?: true;
}

export interface NetlifyBuild {
  readonly id: string;
  readonly deployId: string;
}

export type NetlifyDeployState =
  | { readonly kind: "running"; readonly state: string }
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "failed"; readonly message: string };

export interface NetlifyReads {
  /** By name or id; `undefined` when the token sees none of that name. */
  findSite(site: string): Promise<NetlifySite | undefined>;
  /** Values of a variable of the site; empty when it does not exist. */
  listValues(site: NetlifySite, key: string): Promise<readonly NetlifyValue[]>;
  /** URL of a deployed branch, as the API gives it; `undefined` before its first deploy. */
  branchUrl(site: NetlifySite, branch: string): Promise<string | undefined>;
  getDeploy(site: NetlifySite, deployId: string): Promise<NetlifyDeployState>;
}

export interface NetlifyWrites extends NetlifyReads {
  /**
   * Upserts the value of one branch, leaves all others as they are, and reads it back. Gives
   * whether it was another one before.
   */
  putValue(site: NetlifySite, key: string, branch: string, value: string): Promise<boolean>;
  /** Removes the value of one branch; the variable itself when it was the last one. */
  deleteValue(site: NetlifySite, key: string, branch: string): Promise<void>;
  /** After an answer that was lost it looks for a new deploy of that title before it tries again. */
  startBuild(site: NetlifySite, branch: string, title: string): Promise<NetlifyBuild>;
}
