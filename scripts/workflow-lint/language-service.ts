/** GitHub's own reading of a workflow or action.yml. Bundled before use: its JSON imports fail in Node. */

import { registerLogger } from "@actions/languageservice/log";
import { clearCache } from "@actions/languageservice/utils/workflow-cache";
import { validate } from "@actions/languageservice/validate";
import { TextDocument } from "vscode-languageserver-textdocument";

export interface Diagnosis {
  /** 1-based. */
  readonly line: number;
  readonly says: string;
}

/** What the service could not do it only logs, and then it finds nothing. */
const unhandled: string[] = [];
const ignore = () => undefined;
registerLogger({ log: ignore, info: ignore, warn: ignore, error: (says) => unhandled.push(says) });

export async function diagnose(file: string, text: string): Promise<readonly Diagnosis[]> {
  // It remembers what it read by name.
  clearCache();
  const document = TextDocument.create(`file:///${file}`, "yaml", 1, text);
  const found = await validate(document);
  return [
    ...unhandled.splice(0).map((says) => ({ line: 1, says })),
    ...found.map(({ range, message }) => ({
      line: range.start.line + 1,
      says: typeof message === "string" ? message : message.value,
    })),
  ];
}
