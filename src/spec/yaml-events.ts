/** The whole parser, for texts that are not plain YAML. Positions come from the same events. */

import { constructFromEvents, EVENT_ID, type Event, parseEvents } from "js-yaml";
import { locateInEvents } from "./locate-in-events.ts";
import type { Yaml } from "./position.ts";

/** Deeper than any spec; keeps hostile nesting from costing anything. */
const maxDepth = 16;

/** What no text has, in comments neither: it could drive the terminal that shows the file. */
export const controlCharacter = /[^\P{Cc}\t\n\r\u0085]/u;

/** `undefined` when the text is not one plain document: no anchor, alias, tag or directive. */
export function parseYaml(text: string): Yaml | undefined {
  if (controlCharacter.test(text)) return undefined;
  try {
    const events = parseEvents(text, { maxDepth });
    if (!isPlain(events)) return undefined;
    const documents = constructFromEvents(events, { source: text, maxAliases: 0 });
    return documents.length === 1 ? readYaml(text, events, documents[0]) : undefined;
  } catch {
    return undefined;
  }
}

/** What was read, with its places. */
export const readYaml = (text: string, events: readonly Event[], value: unknown): Yaml => ({
  value,
  locate: (path, at) => locateInEvents({ text, events }, path, at),
});

function isPlain(events: readonly Event[]): boolean {
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.SCALAR:
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        if (event.anchorStart !== -1 || event.tagStart !== -1) return false;
        break;
      case EVENT_ID.DOCUMENT:
        if (event.directives.length > 0) return false;
        break;
      case EVENT_ID.ALIAS:
        return false;
    }
  }
  return true;
}
