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

/** One of these is in every token. Looking for fixed texts costs next to nothing. */
const marks = [
  "eyJ",
  "sb_secret_",
  "sbp_",
  "fo1_",
  "fm1",
  "fm2",
  "FlyV1 ",
  "PRIVATE KEY",
  "postgres://",
  "postgresql://",
  "gho_",
  "ghp_",
  "ghr_",
  "ghs_",
  "ghu_",
  "github_pat_",
  "nfp_",
  "xox",
  "hooks.slack.com",
  "AKIA",
  "k_live_",
  "SG.",
];

export interface SecretLook {
  readonly offset: number;
  readonly what: string;
}

/** Every text that looks like a token, in comments too: they are committed all the same. */
export function findSecrets(text: string): readonly SecretLook[] {
  if (!marks.some((mark) => text.includes(mark))) return [];
  return tokens
    .flatMap(([pattern, what]) =>
      [...text.matchAll(new RegExp(pattern.source, "g"))].map(({ index }) => ({
        offset: index,
        what,
      })),
    )
    .slice(0, 20);
}

/** What a value looks like that is kept under `name`, when that is a secret. */
export function secretLook(name: string, value: string): string | undefined {
  const token = tokens.find(([pattern]) => pattern.test(value));
  if (token !== undefined) return token[1];
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
