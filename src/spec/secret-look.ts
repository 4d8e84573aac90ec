/** Whether a text looks like a secret, and where. The text itself never reaches a message. */

const tokens = [
  [/\beyJ[\w-]{10,}\.eyJ/, "a JWT"],
  [/\bsb_secret_\w|\bsbp_[0-9a-f]{16}/, "a Supabase secret key"],
  [/\bfo1_\w{8}|\bfm[12][ar]?_[\w+/=-]{8}|\bFlyV1 /, "a Fly token"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY/, "a private key"],
  [/\bpostgres(?:ql)?:\/\/[^\s:@/]+:(?![*$<{[])[^\s@/]+@/, "a connection string with its password"],
  [/\bgh[oprsu]_\w{20}|\bgithub_pat_\w{20}/, "a GitHub token"],
  [/\bnfp_\w{20}/, "a Netlify token"],
  [/\bxox[abeprs]-\w|\bhooks\.slack\.com\/services\/\w/, "a Slack secret"],
  [/\bAKIA[0-9A-Z]{16}/, "an AWS key"],
  [/\b[rs]k_live_\w{8}|\bSG\.[\w-]{16}/, "an API key"],
] as const satisfies readonly (readonly [RegExp, string])[];

/** All in one, because nearly every text holds none of them. */
const anyToken = new RegExp(tokens.map(([pattern]) => pattern.source).join("|"));

export const holdsToken = (text: string): boolean => anyToken.test(text);

export interface SecretLook {
  readonly offset: number;
  readonly what: string;
}

/** Every text that looks like a token, in comments too: they are committed all the same. */
export function findSecrets(text: string): readonly SecretLook[] {
  if (!holdsToken(text)) return [];
  return tokens
    .flatMap(([pattern, what]) =>
      [...text.matchAll(new RegExp(pattern.source, "g"))].map(({ index }) => ({
        offset: index,
        what,
      })),
    )
    .slice(0, 20);
}

/**
 * What a value looks like that is kept under `name`, when the name says that it is a secret.
 * What looks like a token under any name is found in the text of the file.
 */
export function secretLook(name: string, value: string): string | undefined {
  if (!/(^|_)(KEYS?|TOKENS?|PASS|PASSWORDS?|PWD|SECRETS?|CREDENTIALS?)(_|$)/i.test(name)) {
    return undefined;
  }
  if (/^(|true|false|on|off|-?[0-9.]+[a-z]*)$/i.test(value)) return undefined;
  if (/(PASS|PASSWORD|PWD|SECRET)$/i.test(name)) return "a secret";
  return isRandom(value) ? "a secret" : undefined;
}

/** 16 or more characters without a blank, spread as a random text is. */
export function isRandom(value: string): boolean {
  return /^[\w+/=.~-]{16,}$/.test(value) && bitsPerCharacter(value) > 3.2 && /\d/.test(value);
}

function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
