import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fields } from "#silo/access.ts";
import { Refused } from "#silo/errors.ts";
import {
  fieldOfVariable,
  hasPublicPrefix,
  publicPrefixes,
  refuseUnlessPublic,
} from "#silo/public-variables.ts";
import { Secret } from "#silo/secret.ts";

const url = new Secret("https://devenv-acme-erp-kong.fly.dev");
const keyOf = (claims: object) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return new Secret(`${part({ alg: "HS256" })}.${part(claims)}.c2lnbmF0dXJl`);
};
const anonKey = keyOf({ role: "anon", iss: "supabase" });
const serviceKey = keyOf({ role: "service_role", iss: "supabase" });

const refused = (name: string, field: (typeof fields)[number], value: Secret) => {
  try {
    refuseUnlessPublic({ name, field, value });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error;
  }
};

it.each([
  ["SUPABASE_URL", "supabase_url"],
  ["VITE_SUPABASE_URL", "supabase_url"],
  ["NEXT_PUBLIC_SUPABASE_ANON_KEY", "supabase_anon_key"],
  ["MY_OTHER_SUPABASE_ANON_KEY", "supabase_anon_key"],
])("%s means %s", (name, field) => expect(fieldOfVariable(name)).toBe(field));

it.each([
  "VITE_SUPABASE_SERVICE_ROLE_KEY",
  "SUPABASE_KEY",
  "VITE_SUPABASE_URL_2",
  "VITESUPABASE_URL",
  "vite_supabase_url",
  "SUPABASE_URL\n",
  "DATABASE_URL",
  "",
])("%j means nothing", (name) => expect(fieldOfVariable(name)).toBeUndefined());

it.each(publicPrefixes)("%s is public, in small letters too", (prefix) => {
  expect(hasPublicPrefix(`${prefix}X`)).toBe(true);
  expect(hasPublicPrefix(`${prefix}X`.toLowerCase())).toBe(true);
  expect(hasPublicPrefix(`X_${prefix}X`)).toBe(false);
});

describe("a site's variable", () => {
  it("takes the URL and the anon key under the names that say so", () => {
    for (const prefix of ["", ...publicPrefixes]) {
      expect(refused(`${prefix}SUPABASE_URL`, "supabase_url", url)).toBeUndefined();
      expect(refused(`${prefix}SUPABASE_ANON_KEY`, "supabase_anon_key", anonKey)).toBeUndefined();
    }
  });

  it("takes no other field, whatever it is called", () => {
    const others = fields.filter((field) => !["supabase_url", "supabase_anon_key"].includes(field));
    const names = fc.oneof(
      fc
        .constantFrom(...publicPrefixes, "")
        .chain((prefix) =>
          fc.constantFrom("SUPABASE_URL", "SUPABASE_ANON_KEY", "X").map((rest) => prefix + rest),
        ),
      fc.string(),
    );
    fc.assert(
      fc.property(names, fc.constantFrom(...others), (name, field) => {
        expect(refused(name, field, anonKey)?.exitCode).toBe(4);
      }),
    );
  });

  it("does not take the one for the other", () => {
    expect(refused("VITE_SUPABASE_URL", "supabase_anon_key", anonKey)).toBeInstanceOf(Refused);
    expect(refused("VITE_SUPABASE_ANON_KEY", "supabase_url", url)).toBeInstanceOf(Refused);
  });

  it("takes no key of another role, and does not show it", () => {
    const error = refused("VITE_SUPABASE_ANON_KEY", "supabase_anon_key", serviceKey);
    expect(error?.message).toContain("key of another role");
    expect(error?.message).not.toContain(serviceKey.reveal());
    expect(refused("SUPABASE_ANON_KEY", "supabase_anon_key", serviceKey)?.exitCode).toBe(4);
  });

  it.each(["", "not-a-key", "a.b.c", keyOf([]).reveal(), keyOf({ role: 1 }).reveal()])(
    "takes no %j for a key",
    (value) => {
      expect(
        refused("VITE_SUPABASE_ANON_KEY", "supabase_anon_key", new Secret(value)),
      ).toBeInstanceOf(Refused);
    },
  );

  it.each([
    "",
    "http://x.fly.dev",
    "postgres://postgres:pw@x/db",
    "https://u:p@x.fly.dev",
    "https://x.fly.dev?key=1",
  ])("takes no %j for the URL", (value) => {
    expect(refused("VITE_SUPABASE_URL", "supabase_url", new Secret(value))).toBeInstanceOf(Refused);
  });
});
