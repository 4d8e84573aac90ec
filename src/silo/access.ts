/**
 * Who may see what, when, and who may do what: the one table. Everything that hands out a field or
 * runs an action for somebody asks it. What is not named here is allowed to nobody.
 */

export const roles = [
  "dev-worker",
  "dev-orchestrator",
  "devops",
  "security-auditor",
  "clientele",
] as const;
export type Role = (typeof roles)[number];

export const phases = [
  "absent",
  "provisioning",
  "running",
  "degraded",
  "stopping",
  "stopped",
  "destroying",
] as const;
export type AccessPhase = (typeof phases)[number];

export const fields = [
  "supabase_url",
  "supabase_anon_key",
  "supabase_service_role_key",
  "db_connection_string",
  "db_connection_string_masked",
  "db_password",
  "db_host",
  "studio_url",
  "studio_username",
  "studio_password",
  "silo_preview_url",
] as const;
export type Field = (typeof fields)[number];

/** Fields that give power over data: never at repository level, whatever the plan of the account. */
export const sensitiveFields: readonly Field[] = [
  "supabase_service_role_key",
  "db_connection_string",
  "db_password",
  "studio_password",
];

export interface Grant {
  readonly fields: readonly Field[];
  /** Shown with a warning: what it leads to may not work, or may not be safe to use. */
  readonly unsafe: boolean;
}

const nothing: Grant = { fields: [], unsafe: false };
const publicFields: readonly Field[] = ["supabase_url", "supabase_anon_key", "silo_preview_url"];
const urls: readonly Field[] = ["supabase_url", "studio_url", "db_host"];
/** The host alone is for whoever may not have the whole string yet. */
const everything = fields.filter(
  (field) => field !== "db_connection_string_masked" && field !== "db_host",
);
const forLogs: readonly Field[] = ["db_connection_string_masked"];

const grants: Readonly<Partial<Record<AccessPhase, Readonly<Partial<Record<Role, Grant>>>>>> = {
  provisioning: {
    devops: { fields: urls, unsafe: false },
  },
  running: {
    "dev-worker": { fields: publicFields, unsafe: false },
    "dev-orchestrator": { fields: publicFields, unsafe: false },
    devops: { fields: everything, unsafe: false },
    "security-auditor": { fields: forLogs, unsafe: false },
  },
  degraded: {
    devops: { fields: everything, unsafe: true },
    "security-auditor": { fields: forLogs, unsafe: true },
  },
};

export const grantOf = (phase: AccessPhase, role: Role): Grant => grants[phase]?.[role] ?? nothing;

/** Whether there is a phase in which the role is shown anything. */
export const seesContext = (role: Role): boolean =>
  phases.some((phase) => grantOf(phase, role).fields.length > 0);

const actions = {
  status: ["dev-worker", "dev-orchestrator", "devops", "security-auditor"],
  why: ["dev-worker", "dev-orchestrator", "devops", "security-auditor"],
  cost: ["dev-worker", "dev-orchestrator", "devops", "security-auditor"],
  start: ["dev-worker", "dev-orchestrator", "devops"],
  hold: ["dev-worker", "dev-orchestrator", "devops"],
  release: ["dev-worker", "dev-orchestrator", "devops"],
  propose_change: ["dev-worker", "dev-orchestrator", "devops"],
  stop: ["devops"],
  restart: ["devops"],
  rotate: ["devops"],
  move: ["devops"],
  restore: ["devops"],
  import: ["devops"],
  psql: ["devops"],
  logs: ["devops"],
  "context-of-another-role": ["devops"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof actions;

/** An action that is not in the table is nobody's. */
export function mayDo(role: Role, action: string): boolean {
  if (!Object.hasOwn(actions, action)) return false;
  const allowed: readonly Role[] = actions[action as keyof typeof actions];
  return allowed.includes(role);
}
