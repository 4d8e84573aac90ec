/**
 * What the machines of an app have written. Another service than the Machines API, known from fly-go's
 * resource_logs.go. Nothing of it leaves this file that looks like a credential.
 */

import type { FlyLogPage } from "#world/fly.ts";
import { cleanText, createRedactor } from "../redact.ts";
import { list, needed, object, optional, shapeOf, text } from "../shape.ts";
import type { FlyCalls } from "./call.ts";

export function listLogs(
  calls: FlyCalls,
  app: string,
  after: string | undefined,
): Promise<FlyLogPage> {
  return calls.call({
    action: "log.list",
    operation: `read the logs of ${app}`,
    method: "GET",
    service: "logs",
    path: ["apps", app, "logs"],
    query: [["next_token", after ?? ""]],
    effect: "read",
    app,
    read: ({ body }) => readPage(body, after),
  });
}

const readEntry = shapeOf<{
  timestamp: string;
  message: string;
  level?: string;
  instance?: string;
}>({
  timestamp: needed(text),
  message: needed(text),
  level: optional(text),
  instance: optional(text),
});

function readPage(body: unknown, after: string | undefined): FlyLogPage {
  const { data, meta } = object(body, "the answer");
  const entries = list((one, what) =>
    readEntry(object(one, what).attributes, `${what}.attributes`),
  )(data, "data");
  const next = object(meta ?? {}, "meta").next_token;
  return {
    lines: entries.map(({ timestamp, message, level, instance }) => ({
      at: timestamp,
      message: scrubbed(message),
      level: level ?? "info",
      machine: instance ?? "",
    })),
    next: typeof next === "string" && next !== "" ? next : after,
  };
}

const redact = createRedactor([]);
const longestLine = 4_000;
/** In the query of a signed URL or of a mail's link. */
const queryValue =
  /(?<=[?&](?:token|token_hash|apikey|access_token|refresh_token|code|password)=)[^&\s"']+/gi;
/** Passwords and signing secrets of a silo are 64 hexadecimal characters. */
const derivedValue = /\b[0-9a-f]{64}\b/g;

const scrubbed = (message: string): string =>
  cleanText(redact(message).replace(queryValue, "***").replace(derivedValue, "***"), longestLine);
