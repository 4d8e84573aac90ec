/** Everything of a silo that is secret, derived as the product derives it, and how it is looked for. */

import { kongFile } from "#services/kong-file.ts";
import { rolePasswordsSql } from "#services/role-passwords.ts";
import { scramVerifier } from "#services/scram.ts";
import { type Credentials, loginRoles } from "#silo/credentials.ts";
import { deriveCredentials, deriveSiloKey, deriveValue, type SiloIdentity } from "#silo/derive.ts";
import { parseMasterKey } from "#silo/master-key.ts";
import { readIdentity } from "#silo/record.ts";
import { type Cloud, testMasterKey } from "../support/a-cloud.ts";
import { aSilo } from "../support/a-silo.ts";
import { apiOf } from "./api-reader.ts";

export interface SiloSecrets {
  readonly identity: SiloIdentity;
  readonly credentials: Credentials;
  /** What it is → the text. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Of `acme-erp`, from the identity that its kong machine carries. */
export async function siloSecrets(cloud: Cloud): Promise<SiloSecrets> {
  const api = apiOf(cloud, "local");
  const metadata = (await api.machineOf("devenv-acme-erp-kong")).config.metadata ?? {};
  const known = readIdentity("acme-erp", [metadata]);
  const generation = known?.generations.at(-1);
  if (!known || !generation) throw new Error("The kong machine carries no identity");
  const identity = { siloId: "acme-erp-silo-001", incarnation: known.incarnation };
  const master = parseMasterKey(testMasterKey);
  const siloKey = deriveSiloKey(master, identity);
  const credentials = await deriveCredentials(siloKey, generation);
  const keys = {
    anon: credentials.anonKey.reveal(),
    serviceRole: credentials.serviceRoleKey.reveal(),
  };
  const texts = new Map([
    ["master key", testMasterKey],
    ["silo key", Buffer.from(siloKey).toString("hex")],
    ["fingerprint key", deriveValue(siloKey, "fingerprint", 0)],
    ["receipt key", deriveValue(siloKey, "receipt", 0)],
    ["JWT secret", credentials.jwtSecret.reveal()],
    ["anon key", keys.anon],
    ["service role key", keys.serviceRole],
    ["studio password", credentials.studioPassword.reveal()],
    ["meta crypto key", credentials.metaCryptoKey.reveal()],
    ["kong.yml", JSON.stringify(kongFile(aSilo(), keys), null, 2)],
    ["role SQL", rolePasswordsSql(credentials)],
    ...loginRoles.flatMap((role): [string, string][] => {
      const password = credentials.passwords[role].reveal();
      return [
        [`password of ${role}`, password],
        [`verifier of ${role}`, scramVerifier(password, role)],
      ];
    }),
  ]);
  return { identity, credentials, texts };
}

/** `what (form) in where` for every secret that a place shows, in whatever spelling. */
export function leaksIn(
  places: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): readonly string[] {
  const needles = [...secrets].flatMap(([what, text]) =>
    spellings(text).map(([form, needle]) => ({ what: `${what} (${form})`, needle })),
  );
  return [...places].flatMap(([where, text]) => {
    const haystack = withDecoded(text);
    return needles
      .filter(({ needle }) => haystack.includes(needle))
      .map(({ what }) => `${what} in ${where}`);
  });
}

function spellings(text: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(text);
  return [
    ["as it is", text],
    ["in JSON", JSON.stringify(text).slice(1, -1)],
    ["in a URL", encodeURIComponent(text)],
    ["in hex", bytes.toString("hex")],
    ...[0, 1, 2].map((shift) => [`in base64, shifted ${shift}`, base64Core(bytes, shift)] as const),
    ...partsOf(text).map((part) => ["in part", part] as const),
  ];
}

/** What base64 of any text that holds these bytes at this offset is sure to hold. */
function base64Core(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return padded.slice(shift === 0 ? 0 : 4, padded.replace(/=+$/, "").length - 2);
}

/** A cut-off secret is half known; a JWT begins as every JWT, a file as every file. */
function partsOf(text: string): readonly string[] {
  if (text.length > 400) return [];
  return /^[0-9a-f]{64}$/.test(text) ? [text.slice(0, 24), text.slice(-24)] : [text.slice(-24)];
}

/** A text and, once and twice over, whatever in it may be base64. */
function withDecoded(text: string): string {
  const decode = (from: string) =>
    [...from.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].map(([found]) =>
      Buffer.from(found, "base64").toString("latin1"),
    );
  const once = decode(text).join("\n");
  return [text, once, decode(once).join("\n")].join("\n");
}
