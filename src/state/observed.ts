/** Observed state: what the APIs say now. Never stored, never guessed. */

import type { ServiceName } from "#silo/names.ts";
import type { SiloRecord } from "#silo/record.ts";
import type { FlyCheckStatus, FlyIp, FlyMachineConfig, FlyMetadata } from "#wire/fly.ts";
import type { Standing } from "./standing.ts";

export interface ObservedMachine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly region: string;
  readonly version: string | undefined;
  readonly image: string | undefined;
  readonly metadata: FlyMetadata;
  readonly updatedAt: string;
  /** Milliseconds since the epoch of its last start; from a deep read only. */
  readonly startedAt: number | undefined;
  /** From a deep read only. */
  readonly checks: readonly FlyCheckStatus[] | undefined;
  readonly config: FlyMachineConfig | undefined;
  /** The host cannot be reached: nothing is known about it, and nothing is to be done to it. */
  readonly unreachable: boolean;
}

export interface ObservedVolume {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly sizeGb: number;
  readonly region: string;
  readonly attachedTo: string | undefined;
  readonly createdAt: string;
  /** Another one has taken over from it: ISO 8601 of when it may go. */
  readonly keptUntil?: string;
}

/** Where an app of that name is, if there is one. */
export type AppPlace =
  | {
      readonly kind: "found";
      readonly network: string | undefined;
      /** From a deep read only. */
      readonly org: string | undefined;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" };

export type AppOwnership =
  | { readonly kind: "absent" }
  | { readonly kind: "ours" }
  | { readonly kind: "foreign"; readonly why: string };

export interface ObservedService {
  readonly name: ServiceName;
  readonly app: string;
  readonly place: AppPlace;
  readonly ownership: AppOwnership;
  /** The current one first. */
  readonly machines: readonly ObservedMachine[];
  /** Oldest first. */
  readonly volumes: readonly ObservedVolume[];
  /** From a deep read only. */
  readonly ips: readonly FlyIp[] | undefined;
  readonly secretNames: readonly string[] | undefined;
}

export interface ObservedSilo {
  readonly depth: "shallow" | "deep";
  readonly services: Readonly<Record<ServiceName, ObservedService>>;
  /** Absent before the kong machine exists. */
  readonly record: SiloRecord | undefined;
  /** The region it is in; absent before it exists. */
  readonly home?: string;
  /** What it has handed out on GitHub; absent where nobody looked. */
  readonly standing?: Standing;
  /** Variables of its frontend that are not as they were set; absent where nobody looked. */
  readonly strayVariables?: readonly string[];
  /** Services that failed at two looks, an interval of a check apart; absent without a second look. */
  readonly failedTwice?: readonly ServiceName[];
  /** Its machines disagree about its identity, so there is no record to go by. */
  readonly conflict?: { readonly message: string; readonly fix: string };
}

/** No machine of it runs, or is on its way to. */
export const isDown = ({ services }: ObservedSilo): boolean =>
  Object.values(services).every(({ machines }) =>
    machines.every(({ state }) => state !== "started" && state !== "starting"),
  );

/** The machine of the service: at home, by its name, else the only one. */
export function currentMachine(service: ObservedService): ObservedMachine | undefined {
  return service.machines[0];
}
