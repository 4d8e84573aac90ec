/**
 * Text from specs, APIs and command lines as it may be printed: it neither starts a line of its own,
 * nor drives a terminal, nor reads as a workflow command of GitHub.
 */

/** One line without control characters; they are shown as escapes. */
export const plainText = (text: string): string =>
  text
    .replace(unsafe, escapeOf)
    // Old workflow commands work anywhere in a line, new ones at its start.
    .replaceAll("##[", "#\\#[")
    .replace(/^(\s*):(?=:)/, "$1\\:");

/** The same for a text that has lines of its own. */
export const plainLines = (text: string): string => text.split("\n").map(plainText).join("\n");

/** JSON as another text of the same value: what it may hold besides is inside strings only. */
export const plainJson = (json: string): string =>
  json
    .replace(unsafe, (sign) => (sign === "\n" ? sign : hexOf(sign)))
    .replaceAll("##[", "#\\u0023[");

/** Controls (C0, C1), the line ends of Unicode, and what reverses the direction of text. */
const unsafe = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escapeOf = (sign: string): string => names[sign] ?? hexOf(sign);

const hexOf = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
