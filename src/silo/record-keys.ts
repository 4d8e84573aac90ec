/** How the entries of the silo record, and of every machine, are called. */

export type Metadata = Readonly<Record<string, string>>;

export const managedBy = "silo-manager";

export const keys = {
  managedBy: "silo_managed_by",
  managerId: "silo_manager_id",
  siloId: "silo_id",
  service: "silo_service",
  specDigest: "silo_spec_digest",
  secretsDigest: "silo_secrets_digest",
  step: "silo_step",
  incarnation: "silo_incarnation",
  generationPrefix: "silo_gen_",
  phase: "silo_phase",
  power: "silo_power",
  powerBy: "silo_power_by",
  powerReason: "silo_power_reason",
  powerAt: "silo_power_at",
  preventDestroy: "silo_prevent_destroy",
  firstHealthyAt: "silo_first_healthy_at",
  check: "silo_check",
  startedAt: "silo_last_started_at",
  stoppedAt: "silo_last_stopped_at",
  startSeconds: "silo_last_start_seconds",
  delivered: "silo_delivered",
  secretEnv: "silo_secret_env",
  degraded: "silo_degraded",
  frontend: "silo_frontend",
  previewUrl: "silo_preview_url",
  destroyAfter: "silo_destroy_after",
  rotation: "silo_rotation",
  rotationReason: "silo_rotation_reason",
  databaseGeneration: "silo_db_generation",
  rlsMode: "silo_rls_mode",
  rlsAllowed: "silo_rls_allowed",
  migrations: "silo_migrations",
  seed: "silo_seed",
  expired: "silo_expired",
} as const;
