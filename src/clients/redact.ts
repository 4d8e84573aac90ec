/** Text from outside, made fit to be shown: no secret, no control character, not too long. */

export type Redact = (text: string, hidden?: readonly string[]) => string;

const mask = "***";
/** Shorter values would mask ordinary words. */
const shortestSecret = 6;

/** What looks like a credential is masked even if it is none of ours. */
const credentialPatterns: readonly RegExp[] = [
  /fm[12][ar]?_[A-Za-z0-9+/=_,.-]+/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat|nfp)_[A-Za-z0-9_]+/g,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\b(?:bearer|flyv1|basic|token)\s+)[A-Za-z0-9+/=_.,~-]{8,}/gi,
  /(?<=:\/\/[^\s/@:]{0,100}:)[^\s/@]+(?=@)/g,
];

export function createRedactor(secrets: readonly string[]): Redact {
  const known = secrets.flatMap(spellings);
  return (text, hidden = []) => {
    let shown = text;
    for (const value of longestFirst([...known, ...hidden.flatMap(spellings)])) {
      shown = shown.replaceAll(value, mask);
    }
    for (const pattern of credentialPatterns) shown = shown.replace(pattern, mask);
    return shown;
  };
}

/** One line of at most `most` characters, without control and bidirectional characters. */
export function cleanText(text: string, most = 300): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** A value as it may appear in a text: as it is, inside JSON, inside a URL, in base64. */
function spellings(value: string): string[] {
  if (value.length < shortestSecret) return [];
  const bytes = new TextEncoder().encode(value);
  const base64 = btoa(String.fromCharCode(...bytes.subarray(0, 8_192)));
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64];
  return [...new Set(forms)];
}

function longestFirst(values: readonly string[]): string[] {
  return [...values].sort((a, b) => b.length - a.length);
}
