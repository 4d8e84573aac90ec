import { plainText } from "#silo/plain-text.ts";

/** Text from specs and APIs must not become markup, a mention or a new row. */
export const escaped = (text: string): string =>
  plainText(text)
    .replace(/[\\`*_{}[\]<>()#|~!]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replaceAll("@", "@&#8203;");
