import { Refused } from "#silo/errors.ts";
import { type MasterKeys, parseMasterKey } from "#silo/master-key.ts";
import type { CommandContext } from "./types.ts";

/** Throws `Refused` when the present one is missing, or one of them is unusable. */
export function masterKeysOf(variable: CommandContext["variable"]): MasterKeys {
  const keys = givenMasterKeys(variable);
  if (keys) return keys;
  throw new Refused("SILO_MASTER_KEY is not set", {
    exitCode: 2,
    fix: "in a workflow name the environment silo-manager; for a first one run `silo new-master-key`",
  });
}

const previousVariable = "SILO_MASTER_KEY_PREVIOUS";

/** `undefined` where there is none, as in a plan; throws `Refused` when one of them is unusable. */
export function givenMasterKeys(variable: CommandContext["variable"]): MasterKeys | undefined {
  const present = variable("SILO_MASTER_KEY");
  if (!present) return undefined;
  const previous = variable(previousVariable);
  return {
    present: parseMasterKey(present),
    previous: previous ? parseMasterKey(previous, previousVariable) : undefined,
  };
}
