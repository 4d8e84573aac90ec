/** Locks of this step, remembered by the runner: if it is killed, the post step lets go of them. */

import type { FlyWrites } from "#world/fly.ts";
import type { Runner } from "./runner.ts";

interface HeldLease {
  readonly app: string;
  readonly machine: string;
  readonly nonce: string;
}

const stateName = "leases";

export function rememberLeases(
  fly: FlyWrites,
  { saveState }: Pick<Runner, "saveState">,
): FlyWrites {
  const held = new Map<string, HeldLease>();
  const save = () => saveState(stateName, JSON.stringify([...held.values()]));
  return {
    ...fly,
    async acquireLease(app, machine, how) {
      const lease = await fly.acquireLease(app, machine, how);
      held.set(lease.nonce, { app, machine, nonce: lease.nonce });
      save();
      return lease;
    },
    async releaseLease(app, machine, nonce) {
      await fly.releaseLease(app, machine, nonce);
      held.delete(nonce);
      save();
    },
  };
}

/** What main was not able to give back. */
export function leftLeases({ state }: Pick<Runner, "state">): readonly HeldLease[] {
  const text = state(stateName);
  return text === "" ? [] : JSON.parse(text);
}
