/** A desk: what its doors (HTTP, MCP) share. Nothing of it outlives the process but the audit. */

import type { CommandContext, GitHubConnection } from "#commands/types.ts";
import type { Credentials } from "#silo/credentials.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import type { Clock } from "#world/effects.ts";
import type { Audit } from "./audit.ts";
import { type Caller, maySee } from "./caller.ts";
import type { IdentitySources } from "./identity/identify.ts";
import type { Observatory } from "./observatory.ts";
import type { Operations } from "./operations.ts";
import type { PowerDoor } from "./power.ts";
import { Problem } from "./problem.ts";
import type { Uses } from "./uses.ts";

export interface Desk {
  readonly clock: Clock;
  readonly audit: Audit;
  readonly identity: IdentitySources;
  readonly observatory: Observatory;
  readonly operations: Operations;
  readonly power: PowerDoor;
  /** Of the newest generation; `undefined` when the desk has no key that they come from. */
  readonly credentialsOf: (silo: Silo, record: SiloRecord) => Promise<Credentials | undefined>;
  /** Marked in the silo records, where the token of the desk may. */
  readonly uses: Uses;
  /** Absent where no repository is known. */
  readonly git: GitHubConnection | undefined;
  /** Of GitHub, for people. */
  readonly serverUrl: string;
  /** As `desk.url` of the configuration said at the start. */
  readonly url: string | undefined;
  readonly signal: CommandContext["signal"];
}

/** A silo that is not there, and one that the caller may not know of, are the same to it. */
export async function siloFor(desk: Desk, caller: Caller, name: string): Promise<Silo> {
  const { specs } = await desk.observatory.specs();
  const found = specs.selected
    .filter((silo) => maySee(caller, silo))
    .find(({ slug, spec }) => slug === name || spec.silo_id === name);
  if (found) return found;
  throw new Problem(404, "There is no such silo, or it is not yours to know of", {
    fix: "GET /v1/silos lists those that are",
  });
}
