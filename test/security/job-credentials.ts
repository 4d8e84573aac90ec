/**
 * Which job holds what, and why: security.md 3 as one table. A change of a workflow that gives a job
 * more than stands here fails `least-credentials-per-job`.
 */

type Environment = "silo-plan" | "silo-operate" | "silo-manager" | "silo-approve" | "silo-release";
type Level = "read" | "write";

export interface JobCredentials {
  readonly why: string;
  readonly environment?: Environment;
  readonly secrets?: readonly string[];
  /** When the App token may also make and remove environments; absent: there is no App token. */
  readonly administration?: "never" | "for a plan that does" | "to destroy";
  readonly permissions: Readonly<Record<string, Level>>;
}

/** Where each secret is kept. The Fly token is another one in each environment. */
export const secretsOfEnvironment: Readonly<Record<Environment, readonly string[]>> = {
  "silo-plan": ["FLY_API_TOKEN"],
  "silo-operate": [
    "FLY_API_TOKEN",
    "SILO_APP_PRIVATE_KEY",
    "SILO_NOTIFY_WEBHOOK",
    "SILO_NOTIFY_SLACK",
  ],
  "silo-manager": [
    "FLY_API_TOKEN",
    "SILO_APP_PRIVATE_KEY",
    "SILO_MASTER_KEY",
    "SILO_MASTER_KEY_PREVIOUS",
    "NETLIFY_AUTH_TOKEN",
  ],
  "silo-approve": [],
  "silo-release": [],
};

const reads = { contents: "read", actions: "read" } as const;
const publishes = { contents: "write", actions: "read", deployments: "write" } as const;

const looks = {
  environment: "silo-plan",
  secrets: secretsOfEnvironment["silo-plan"],
} as const;

const stops = {
  environment: "silo-operate",
  secrets: ["FLY_API_TOKEN", "SILO_APP_PRIVATE_KEY"],
  administration: "never",
} as const;

const manages = {
  environment: "silo-manager",
  secrets: secretsOfEnvironment["silo-manager"],
} as const;

export const jobCredentials: Readonly<Record<string, JobCredentials>> = {
  "silo-plan/validate": {
    why: "reads files that a stranger may have written",
    permissions: { contents: "read" },
  },
  "silo-plan/plan": {
    ...looks,
    why: "looks at Fly, says on the pull request what it found; every writer can take its token",
    permissions: { ...reads, "pull-requests": "write", statuses: "write" },
  },
  "silo-plan/silo": { why: "looks at two results", permissions: {} },
  "silo-apply/prepare": {
    ...looks,
    why: "plans what was merged, compares with what the pull request showed",
    permissions: { ...reads, "pull-requests": "read", statuses: "read" },
  },
  "silo-apply/approve": { why: "waits", environment: "silo-approve", permissions: {} },
  "silo-apply/apply": {
    ...manages,
    why: "makes machines and credentials, hands them out",
    administration: "for a plan that does",
    permissions: publishes,
  },
  "silo-apply/status": {
    why: "makes one commit of the status files that the shards left",
    permissions: { contents: "write" },
  },
  "silo-schedule/auto-stop": {
    ...stops,
    secrets: secretsOfEnvironment["silo-operate"],
    why: "withdraws, stops machines, tells people, proposes removals; nothing of it needs a credential of a silo",
    permissions: { ...publishes, "pull-requests": "write" },
  },
  "silo-schedule/nightly": {
    why: "looks at everything, keeps issues, removes volumes whose days of grace are over",
    environment: "silo-operate",
    secrets: ["FLY_API_TOKEN"],
    permissions: { ...reads, issues: "write" },
  },
  "silo-operate/power": {
    ...stops,
    why: "withdraws and stops, or holds; nothing that it does needs a credential of a silo",
    permissions: { ...publishes, issues: "read" },
  },
  "silo-operate/prepare": { ...looks, why: "shows what would be lost", permissions: reads },
  "silo-operate/approve": { why: "waits", environment: "silo-approve", permissions: {} },
  "silo-operate/manage": {
    ...manages,
    why: "starts, restarts, rotates, heals; restores and destroys what was approved",
    administration: "to destroy",
    permissions: { ...publishes, issues: "read" },
  },
  "silo-chat/decide": {
    why: "reads what a stranger may have written, starts another workflow",
    permissions: { contents: "read", actions: "write", issues: "write", "pull-requests": "write" },
  },
  "silo-chat/answer": {
    ...looks,
    why: "looks at Fly, answers",
    permissions: { ...reads, issues: "write", "pull-requests": "write" },
  },
  "ci/check": { why: "runs what a stranger may have written", permissions: { contents: "read" } },
  "ci/dist": { why: "runs what a stranger may have written", permissions: { contents: "read" } },
  "release/build": { why: "runs every package that builds", permissions: { contents: "read" } },
  "release/publish": {
    why: "signs and tags what build made, runs none of it",
    environment: "silo-release",
    permissions: { contents: "write", "id-token": "write", attestations: "write" },
  },
};
