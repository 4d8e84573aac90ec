/** Static tokens of the Service Desk: 32 random bytes, of which only the hash is ever written down. */

import { createHash, timingSafeEqual } from "node:crypto";

const prefix = "sdt_";
const tokenForm = /^sdt_[A-Za-z0-9_-]{43}$/;

export const renderDeskToken = (random: Uint8Array): string =>
  `${prefix}${Buffer.from(random).toString("base64url")}`;

export const isDeskToken = (text: string): boolean => tokenForm.test(text);

/** No salt and no stretching: nobody tries 2^256 of them. */
export const deskTokenHash = (token: string): string =>
  createHash("sha256").update(token).digest("hex");

/** As long for any two hashes. */
export function isSameHash(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}
