/** The text of a file, bounded and checked before any parser sees it. */

import type { Files } from "#world/effects.ts";
import { type Finding, fileFinding } from "./finding.ts";

const maxBytes = 64 * 1024;

// Removes a byte order mark; throws on anything that is not UTF-8.
const decoder = new TextDecoder("utf-8", { fatal: true });

export interface SourceText {
  readonly text: string;
  /** The text as UTF-8, which for plain ASCII is quicker to walk through. */
  readonly bytes: Uint8Array;
}

export const isSource = (read: SourceText | Finding): read is SourceText => "text" in read;

export function readText(files: Files, file: string): SourceText | Finding {
  let bytes: Uint8Array;
  try {
    bytes = files.readStart(file, maxBytes + 1);
  } catch {
    return fileFinding(
      file,
      "UNREADABLE",
      "The file cannot be read",
      "Check that it is there and readable",
    );
  }
  if (bytes.length > maxBytes) {
    return fileFinding(
      file,
      "FILE_TOO_LARGE",
      `The file is larger than ${maxBytes} bytes`,
      "Remove what does not belong in a spec",
    );
  }
  try {
    return { text: decoder.decode(bytes), bytes };
  } catch {
    return fileFinding(file, "NOT_UTF8", "The file is not UTF-8 text", "Save it as UTF-8");
  }
}
