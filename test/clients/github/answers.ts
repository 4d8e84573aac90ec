/** Answers as GitHub's document has them, with the fields that it requires. */

export const sha = (letter: string) => letter.repeat(40);
const at = "2026-11-24T12:00:00Z";

export const publicKey = (id: string, bytes: Uint8Array) => ({
  key_id: id,
  key: Buffer.from(bytes).toString("base64"),
});

export const secret = (name: string) => ({ name, created_at: at, updated_at: at });
export const variable = (name: string, value: string) => ({ ...secret(name), value });
export const counted = (key: string, items: readonly unknown[]) => ({
  total_count: items.length,
  [key]: items,
});

export const environment = (name: string, changes: Record<string, unknown> = {}) => ({
  id: 161088068,
  node_id: "MDExOkVudmlyb25tZW50MTYxMDg4MDY4",
  name,
  url: `https://api.github.com/repos/acme/erp/environments/${name}`,
  html_url: "https://github.com/acme/erp/deployments/activity_log",
  created_at: at,
  updated_at: at,
  protection_rules: [],
  deployment_branch_policy: null,
  ...changes,
});

export const custom = {
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
};

/** Rules as people set them in the settings. */
export const peopleRules = [
  { id: 1, node_id: "a", type: "wait_timer", wait_timer: 30 },
  {
    id: 2,
    node_id: "b",
    type: "required_reviewers",
    prevent_self_review: true,
    reviewers: [
      { type: "User", reviewer: { login: "octocat", id: 1 } },
      { type: "Team", reviewer: { name: "Justice League", id: 7 } },
    ],
  },
  { id: 3, node_id: "c", type: "branch_policy" },
];

export const policy = (id: number, name: string, type: "branch" | "tag" = "branch") => ({
  id,
  node_id: "MDE2OkdhdGVCcmFuY2hQb2xpY3kzNjE0NzE=",
  name,
  type,
});

export const ref = (branch: string, head: string) => ({
  ref: `refs/heads/${branch}`,
  node_id: "MDM6UmVm",
  url: `https://api.github.com/repos/acme/erp/git/refs/heads/${branch}`,
  object: { type: "commit", sha: head, url: `https://api.github.com/x/${head}` },
});

export const commit = (oid: string, parent: string, message: string) => ({
  sha: oid,
  node_id: "C_a",
  message,
  tree: { sha: sha("7"), url: "https://api.github.com/t" },
  parents: [{ sha: parent, url: "https://api.github.com/p", html_url: "https://github.com/p" }],
});

export const tree = (oid: string) => ({
  sha: oid,
  url: `https://api.github.com/repos/acme/erp/git/trees/${oid}`,
  truncated: false,
  tree: [],
});

export const deployment = (id: number, environment: string) => ({
  id,
  sha: sha("a"),
  ref: "main",
  task: "deploy",
  environment,
  created_at: at,
  updated_at: at,
});

export const comment = (id: number, body: string, login = "octocat") => ({
  id,
  body,
  user: { login, id: 1 },
  created_at: at,
  updated_at: at,
});

/** One file as `object(expression:)` answers it. */
export const blob = (text: string | null, isTruncated = false) => ({ text, isTruncated });
