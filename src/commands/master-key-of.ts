import { Refused } from "#silo/errors.ts";
import { type MasterKey, parseMasterKey } from "#silo/master-key.ts";
import type { CommandContext } from "./types.ts";

/** Throws `Refused` when it is missing or unusable. */
export function masterKeyOf(variable: CommandContext["variable"]): MasterKey {
  const text = variable("SILO_MASTER_KEY");
  if (text) return parseMasterKey(text);
  throw new Refused("SILO_MASTER_KEY is not set", {
    exitCode: 2,
    fix: "in a workflow name the environment silo-manager; for a first one run `silo new-master-key`",
  });
}
