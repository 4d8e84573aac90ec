import { keyIdOf } from "#silo/derive.ts";
import { keyDates } from "#silo/key-dates.ts";
import type { RotationWish } from "#state/rotation.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import type { CommandContext, Specs } from "./types.ts";

/** A new generation always comes from SILO_MASTER_KEY, whichever key the one before came from. */
export function rotationWish(
  { clock, options, variable }: CommandContext,
  { config }: Specs,
): RotationWish {
  const { issuedAt, expiresAt } = keyDates(clock.now(), config.jwt.lifetime_days);
  return {
    reason: options.value("reason") ?? "",
    issuedAt,
    lifetimeSeconds: expiresAt - issuedAt,
    keyId: keyIdOf(masterKeysOf(variable).present),
  };
}
