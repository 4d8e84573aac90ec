import { Refused } from "#silo/errors.ts";
import { type MasterKeys, parseMasterKey } from "#silo/master-key.ts";
import type { CommandContext } from "./types.ts";

/** Throws `Refused` when the present one is missing, or one of them is unusable. */
export function masterKeysOf(variable: CommandContext["variable"]): MasterKeys {
  const present = variable("SILO_MASTER_KEY");
  if (!present) {
    throw new Refused("SILO_MASTER_KEY is not set", {
      exitCode: 2,
      fix: "in a workflow name the environment silo-manager; for a first one run `silo new-master-key`",
    });
  }
  const previous = variable(previousVariable);
  return {
    present: parseMasterKey(present),
    previous: previous ? parseMasterKey(previous, previousVariable) : undefined,
  };
}

const previousVariable = "SILO_MASTER_KEY_PREVIOUS";
