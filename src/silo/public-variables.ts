/** What a frontend's build may get: the URL and the anon key, under names that say so. */

import type { Field } from "./access.ts";
import { Refused } from "./errors.ts";

export type PublicField = Extract<Field, "supabase_url" | "supabase_anon_key">;

/** Variables with these prefixes are written into the JavaScript that every visitor loads. */
export const publicPrefixes = [
  "VITE_",
  "NEXT_PUBLIC_",
  "REACT_APP_",
  "NUXT_PUBLIC_",
  "PUBLIC_",
  "GATSBY_",
  "EXPO_PUBLIC_",
] as const;

/** `VITE_SUPABASE_URL` means the URL, `SUPABASE_ANON_KEY` the anon key; any other name nothing. */
export function fieldOfVariable(name: string): PublicField | undefined {
  const [, what] = /^(?:[A-Z][A-Z0-9]*_)*SUPABASE_(URL|ANON_KEY)$/.exec(name) ?? [];
  if (what === "URL") return "supabase_url";
  return what === "ANON_KEY" ? "supabase_anon_key" : undefined;
}

export function hasPublicPrefix(name: string): boolean {
  return publicPrefixes.some((prefix) => name.toUpperCase().startsWith(prefix));
}

/**
 * Throws `Refused` (exit code 4) unless the field belongs under this name and the value is what the
 * field says: a key of another role is refused by its own claim, whoever mixed it up.
 */
export function refuseUnlessPublic(variable: {
  readonly name: string;
  readonly field: Field;
  readonly value: { reveal(): string };
}): void {
  const { name, field, value } = variable;
  const meant = fieldOfVariable(name);
  if (meant !== field) {
    const isPublic = hasPublicPrefix(name);
    throw refusal(
      `Cannot put ${field} into the variable ${name}`,
      isPublic ? "its prefix makes it public" : `the name means ${meant ?? "nothing"}`,
    );
  }
  const problem =
    field === "supabase_url" ? urlProblem(value.reveal()) : keyProblem(value.reveal());
  if (problem !== undefined) throw refusal(`Cannot set the variable ${name}`, problem);
}

function refusal(what: string, why: string): Refused {
  return new Refused(`${what}: ${why}`, {
    exitCode: 4,
    fix: "A site gets the URL as …SUPABASE_URL and the anon key as …SUPABASE_ANON_KEY, nothing else",
  });
}

function urlProblem(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:") return "the value is no https address";
  const isBare = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return isBare ? undefined : "the address carries more than a place";
}

function keyProblem(value: string): string | undefined {
  const role = roleOf(value);
  if (role === "anon") return undefined;
  return role === undefined ? "the value is no key" : "the value is the key of another role";
}

/** As the key itself says; its signature is not this file's business. */
function roleOf(jwt: string): string | undefined {
  const [, payload = ""] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(jwt) ?? [];
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof claims !== "object" || claims === null || !("role" in claims)) return undefined;
    return typeof claims.role === "string" ? claims.role : undefined;
  } catch {
    return undefined;
  }
}
