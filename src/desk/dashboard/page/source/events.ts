/** Server-sent events by `fetch`: an EventSource cannot send the token. */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes the stream in pieces, however it is cut, and gives the events that are complete. */
export function eventParser(): (piece: string) => readonly ServerEvent[] {
  let rest = "";
  let name = "";
  let data: string[] = [];
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) events.push({ name: name || "message", data: data.join("\n") });
        [name, data] = ["", []];
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") name = value;
      if (field === "data") data.push(value);
    }
    return events;
  };
}
