/**
 * What a Fly token says of itself, read from its text without asking anybody: a macaroon (`fm2_`) is
 * MessagePack `[nonce, location, caveats, tail]`, and its caveats, a flat list of type and body, only
 * ever narrow what it may do. https://github.com/superfly/macaroon (2026-06)
 */

import type { FlyTokenFacts } from "#world/fly.ts";
import { type Packed, unpack } from "./msgpack.ts";

/** Of the macaroon that permits; the others beside it only vouch for who made it. */
const permissionLocation = "https://api.fly.io/v1";
const organizationCaveat = 0;
const appsCaveat = 3;
const validityCaveat = 4;
const readBit = 1;

/** One a token that permits something, in the order of the list. */
export function readTokenFacts(tokens: string): readonly FlyTokenFacts[] {
  const each = tokens
    .split(",")
    .map((token) => token.trim().replace(/^(?:FlyV1|Bearer)\s+/i, ""))
    .filter((token) => token !== "");
  const read = each.map((token) => ({ token, macaroon: readMacaroon(token) }));
  return read.flatMap(({ token, macaroon }) => {
    if (macaroon === undefined) return [opaque(token)];
    return macaroon.location === permissionLocation ? [factsOf(macaroon.caveats)] : [];
  });
}

/** `fly auth token` gives a person's `fo1_`; anything else is not known. */
const opaque = (token: string): FlyTokenFacts => ({
  kind: token.startsWith("fo1_") ? "user" : "unknown",
  isReadOnly: undefined,
  expiresAt: undefined,
});

interface Macaroon {
  readonly location: string;
  readonly caveats: readonly Packed[];
}

function readMacaroon(token: string): Macaroon | undefined {
  const [, base64] = /^fm(?:2|1r|1a)_([A-Za-z0-9+/_-]+={0,2})$/.exec(token) ?? [];
  if (base64 === undefined) return undefined;
  try {
    const parts = listOf(unpack(Buffer.from(base64, "base64")));
    const [, location, caveats] = parts;
    if (typeof location !== "string") return undefined;
    return { location, caveats: listOf(caveats) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The narrowest of all: every caveat must be met. */
function factsOf(caveats: readonly Packed[]): FlyTokenFacts {
  const bodies = (type: number) =>
    caveats.flatMap((body, at) => (at % 2 === 1 && caveats[at - 1] === type ? [listOf(body)] : []));
  const masks = bodies(organizationCaveat).map(([, mask]) => Number(mask));
  const ends = bodies(validityCaveat).map(([, notAfter]) => Number(notAfter));
  const mask = masks.reduce((all, one) => all & one, 0xffff);
  return {
    kind: bodies(appsCaveat).length > 0 ? "app" : "org",
    isReadOnly: masks.length === 0 ? undefined : (mask & ~readBit) === 0,
    expiresAt: ends.length === 0 ? undefined : Math.min(...ends) * 1_000,
  };
}

function listOf(value: Packed | undefined): readonly Packed[] {
  if (Array.isArray(value)) return value;
  throw new RangeError("it is no list");
}
