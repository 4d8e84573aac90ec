/**
 * The Fly Machines API as it is on the wire: only the fields silo-manager sends or reads.
 * Types only; both the client and the emulator are written against them, and a check holds
 * them to the OpenAPI document. Unknown extra fields are always allowed in answers.
 */

import type { FlyGuest } from "./fly-machine.ts";

export type * from "./fly-machine.ts";

export interface FlyApp {
  readonly id: string;
  readonly name: string;
  readonly machine_count?: number;
  readonly volume_count?: number;
  readonly network?: string;
  readonly status?: string;
  readonly organization?: { readonly name?: string; readonly slug?: string };
}

export interface FlyVolume {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly size_gb: number;
  readonly region: string;
  readonly attached_machine_id?: string | null;
  readonly created_at: string;
  readonly encrypted?: boolean;
  readonly host_status?: string;
  readonly bytes_used?: number;
}

export interface FlyCreateVolume {
  readonly name: string;
  readonly region: string;
  readonly size_gb: number;
  readonly encrypted?: boolean;
  readonly require_unique_zone?: boolean;
  readonly snapshot_id?: string;
  readonly source_volume_id?: string;
  readonly snapshot_retention?: number;
  readonly auto_backup_enabled?: boolean;
  readonly compute?: FlyGuest;
  readonly compute_image?: string;
}

export interface FlySnapshot {
  readonly id: string;
  readonly status: string;
  readonly created_at: string;
  readonly size?: number;
}

export interface FlyOrgVolume extends FlyVolume {
  readonly app_name: string;
  readonly updated_at?: string;
}

export interface FlySecret {
  readonly name: string;
  readonly digest?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
}

export type FlyIpType = "v4" | "v6" | "shared_v4" | "private_v6";

export interface FlyIp {
  readonly ip: string;
  readonly region?: string;
  readonly shared?: boolean;
  readonly created_at?: string;
  readonly network?: { readonly name?: string };
}

export interface FlyLease {
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly expires_at: number;
  readonly owner?: string;
  readonly description?: string;
  readonly version?: string;
}

export interface FlyRegion {
  readonly code: string;
  readonly name: string;
  readonly deprecated?: boolean;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly gateway_available?: boolean;
  readonly requires_paid_plan?: boolean;
}

export interface FlyToken {
  readonly token_id?: string;
  readonly org_slug?: string;
  readonly organization?: string;
  readonly apps?: readonly string[] | null;
  readonly user?: string;
}
