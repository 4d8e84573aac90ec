/** What machines write, and what the platform says of them: kept a while, by app. */

import type { LogLine, MachineRow } from "./entities.ts";
import type { FlyStore } from "./store.ts";

const keptLines = 1_000;

export function writeLog(
  { logs }: Pick<FlyStore, "logs">,
  { app, id, region }: Pick<MachineRow, "app" | "id" | "region">,
  line: Pick<LogLine, "atMs" | "level" | "message">,
): void {
  const lines = logs.byApp.get(app) ?? [];
  logs.byApp.set(app, lines);
  for (const message of line.message.split("\n")) {
    if (message !== "") {
      lines.push({ ...line, message, number: ++logs.written, machine: id, region });
    }
  }
  if (lines.length > keptLines) lines.splice(0, lines.length - keptLines);
}
