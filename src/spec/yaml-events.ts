/**
 * The one parser of every file that is accepted. Positions come from the same events, and only
 * for files that have something to report.
 */

import { constructFromEvents, EVENT_ID, type Event, parseEvents } from "js-yaml";

export interface Yaml {
  readonly text: string;
  readonly value: unknown;
  readonly events: readonly Event[];
}

/** Deeper than any spec; keeps hostile nesting from costing anything. */
const maxDepth = 16;

/** `undefined` when the text is not one plain document: no anchor, alias, tag or directive. */
export function parseYaml(text: string): Yaml | undefined {
  try {
    const events = parseEvents(text, { maxDepth });
    if (!isPlain(events)) return undefined;
    const documents = constructFromEvents(events, { source: text, maxAliases: 0 });
    return documents.length === 1 ? { text, value: documents[0], events } : undefined;
  } catch {
    return undefined;
  }
}

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
