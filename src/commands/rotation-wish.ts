import { keyIdOf } from "#silo/derive.ts";
import { keyDates } from "#silo/key-dates.ts";
import type { RotationWish } from "#state/rotation.ts";
import { masterKeysOf } from "./master-keys-of.ts";
import type { CommandContext, Specs } from "./types.ts";

/** A new generation always comes from SILO_MASTER_KEY, whichever key the one before came from. */
export function rotationWish(
  { clock, options, variable }: CommandContext,
  { config }: Specs,
  scope: RotationWish["scope"] = "all",
): RotationWish {
  const { issuedAt, expiresAt } = keyDates(clock.now(), config.jwt.lifetime_days);
  return {
    scope,
    reason: options.value("reason") ?? "",
    issuedAt,
    lifetimeSeconds: expiresAt - issuedAt,
    keyId: keyIdOf(masterKeysOf(variable).present),
  };
}

/** What a restart rotates: all that is asked for, else what silo.config.yml says. */
export function wishOnRestart(context: CommandContext, specs: Specs): RotationWish | undefined {
  const scope = context.options.has("rotate-keys") ? "all" : specs.config.rotate_on_restart;
  return scope === false ? undefined : rotationWish(context, specs, scope);
}
