/** Where the page has its data from: a desk, or the files of a snapshot. */

import type { SiloStatus } from "#silo/status.generated.ts";
import type { CostParts } from "../model/cost.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Action } from "../model/offers.ts";
import type { Operation } from "../model/operation.ts";

/** How fresh what is shown is. */
export type Link =
  | { readonly state: "waiting" }
  | { readonly state: "live" }
  | { readonly state: "polling" }
  | { readonly state: "snapshot" }
  | { readonly state: "lost"; readonly why: string }
  /** Nothing more comes without another token. */
  | { readonly state: "locked"; readonly why: string };

export interface Told {
  fleet(fleet: Fleet): void;
  link(link: Link): void;
}

export interface Request {
  readonly silo: string;
  readonly reason?: string;
  /** For how long, `2h`. */
  readonly for?: string;
}

export interface Source {
  /** Tells until it is aborted or locked. */
  follow(told: Told, signal: AbortSignal): Promise<void>;
  /** With each machine read, and the last receipt. */
  status(silo: string): Promise<SiloStatus | undefined>;
  cost(silo: string): Promise<CostParts | undefined>;
  /** Absent where nothing can be asked for. */
  readonly desk?: {
    me(): Promise<Me | undefined>;
    ask(action: Action, request: Request): Promise<Operation>;
    operation(id: string): Promise<Operation>;
  };
}

export interface Me {
  readonly name: string;
  readonly role: string;
}
