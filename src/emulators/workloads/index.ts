/** Everything that can run in an emulated machine, by the repository name of its image. */

import type { Clock } from "#world/effects.ts";
import type { PostgresHost } from "../postgres/database.ts";
import type { WorkloadFor } from "../workload.ts";
import { generic } from "./generic.ts";
import { gotrue } from "./gotrue.ts";
import { imageName } from "./image-name.ts";
import { kong } from "./kong.ts";
import { machineWorkload, type WorkloadParts } from "./machine-workload.ts";
import { postgres } from "./postgres.ts";
import { postgresMeta } from "./postgres-meta.ts";
import { postgrest } from "./postgrest.ts";
import type { Program } from "./program.ts";
import { storage } from "./storage.ts";
import { studio } from "./studio.ts";

export interface WorkloadsOptions {
  readonly clock: Clock;
  /** Real PostgreSQL servers behind the Postgres machines; without it a small model of roles. */
  readonly postgres?: PostgresHost;
}

/** One set shares one world: machines find each other through it, whatever image they run. */
export function createWorkloads(options: WorkloadsOptions): WorkloadFor {
  const parts: WorkloadParts = {
    clock: options.clock,
    postgres: options.postgres,
    programFor,
    running: new Map(),
    clusters: new Map(),
  };
  return (image) => machineWorkload(programFor(imageName(image).repository).name, parts);
}

const programs: Readonly<Record<string, Program>> = {
  "supabase/postgres": postgres,
  "postgrest/postgrest": postgrest,
  "supabase/gotrue": gotrue,
  "supabase/auth": gotrue,
  kong,
  "kong/kong": kong,
  "supabase/storage-api": storage,
  "supabase/studio": studio,
  "supabase/postgres-meta": postgresMeta,
};

const programFor = (repository: string): Program =>
  (Object.hasOwn(programs, repository) ? programs[repository] : undefined) ?? generic;
