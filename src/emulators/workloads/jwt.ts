/** HS256 JWTs as the services check them: with the secret's own bytes, never decoded. */

import { createHmac, timingSafeEqual } from "node:crypto";

export type JwtClaims = Readonly<Record<string, unknown>>;

export type JwtAnswer =
  | { readonly kind: "valid"; readonly claims: JwtClaims }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "expired"; readonly secondsAgo: number };

/** `nowMs` since the epoch; `skewSeconds` is what the service forgives. */
export function readJwt(token: string, secret: string, nowMs: number, skewSeconds = 0): JwtAnswer {
  const [header, payload, signature, more] = token.split(".");
  if (!header || !payload || !signature || more !== undefined) {
    return { kind: "invalid", reason: "token contains an invalid number of segments" };
  }
  const [algorithm, claims] = [decodePart(header)?.alg, decodePart(payload)];
  if (!claims) return { kind: "invalid", reason: "token is malformed" };
  if (algorithm !== "HS256") {
    return { kind: "invalid", reason: `signing method ${String(algorithm)} is invalid` };
  }
  const expected = createHmac("sha256", secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { kind: "invalid", reason: "signature is invalid" };
  }
  return readTimes(claims, nowMs / 1000, skewSeconds);
}

export function signJwt(claims: JwtClaims, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

export function bearerToken(request: Request): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

function readTimes(claims: JwtClaims, now: number, skew: number): JwtAnswer {
  const { exp, nbf, iat } = claims;
  if (typeof exp === "number" && now > exp + skew) {
    return { kind: "expired", secondsAgo: Math.floor(now - exp) };
  }
  if (typeof nbf === "number" && now < nbf - skew) {
    return { kind: "invalid", reason: "token is not valid yet" };
  }
  if (typeof iat === "number" && now < iat - skew) {
    return { kind: "invalid", reason: "token used before issued" };
  }
  return { kind: "valid", claims };
}

function decodePart(part: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
