import { Refused } from "#silo/errors.ts";
import { type MasterKey, parseMasterKey } from "#silo/master-key.ts";
import type { CommandContext } from "./types.ts";

/** Throws `Refused` when it is missing or unusable. */
export function masterKeyOf(variable: CommandContext["variable"]): MasterKey {
  const key = givenMasterKey(variable);
  if (key) return key;
  throw new Refused("SILO_MASTER_KEY is not set", {
    exitCode: 2,
    fix: "in a workflow name the environment silo-manager; for a first one run `silo new-master-key`",
  });
}

/** `undefined` where there is none, as in a plan; throws `Refused` when it is unusable. */
export function givenMasterKey(variable: CommandContext["variable"]): MasterKey | undefined {
  const text = variable("SILO_MASTER_KEY");
  return text ? parseMasterKey(text) : undefined;
}
