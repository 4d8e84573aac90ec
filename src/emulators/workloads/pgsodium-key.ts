/**
 * The root key of Vault. It lies on the root file system, which every stop resets, so the image
 * makes a new one at each boot and what the old one sealed is lost; unless the machine's command
 * keeps it on the volume.
 */

import { createHash } from "node:crypto";
import { commandText } from "./postgres-folders.ts";
import type { Guest } from "./program.ts";

export const pgsodiumKeyPath = "/etc/postgresql-custom/pgsodium_root.key";

/** The key in hex after this boot; the first one ever is remembered in `data` by its hash. */
export function pgsodiumKey(guest: Guest, data: Map<string, string>): string {
  const key = keyOf(guest, data);
  if (!data.has("pgsodium-sealed-with")) data.set("pgsodium-sealed-with", digest(key));
  data.set("pgsodium-readable", String(data.get("pgsodium-sealed-with") === digest(key)));
  return key;
}

function keyOf(guest: Guest, data: Map<string, string>): string {
  const given = guest.container.files[pgsodiumKeyPath]?.trim();
  if (given) return given;
  const count = Number(data.get("pgsodium-keys-made") ?? 0);
  const kept = keepsKeyOnVolume(guest) ? data.get("pgsodium_root.key") : undefined;
  if (kept) return kept;
  data.set("pgsodium-keys-made", String(count + 1));
  const made = digest(`${guest.machine.id} ${guest.clock.now()} ${count}`);
  if (keepsKeyOnVolume(guest)) data.set("pgsodium_root.key", made);
  return made;
}

/** Recognised by its text: it names the key and a place on the volume. */
function keepsKeyOnVolume(guest: Guest): boolean {
  const text = commandText(guest) ?? "";
  const mount = guest.machine.volume?.path.replace(/\/+$/, "");
  return mount !== undefined && text.includes("pgsodium_root.key") && text.includes(`${mount}/`);
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
