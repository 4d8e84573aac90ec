/** App secrets: values go in and never come out. */

import type { FlySecret } from "#wire/fly.ts";
import { number, object } from "../shape.ts";
import { absentIfMissing } from "./absent.ts";
import type { FlyCalls } from "./call.ts";
import { readList, readSecret } from "./shapes.ts";

export async function listSecrets(
  calls: FlyCalls,
  app: string,
): Promise<readonly FlySecret[] | undefined> {
  return absentIfMissing(
    calls.call({
      action: "secret.list",
      operation: `list the secrets of ${app}`,
      method: "GET",
      path: ["apps", app, "secrets"],
      effect: "read",
      app,
      read: ({ body }) => readList(body, "secrets", readSecret),
    }),
  );
}

export function setSecrets(
  calls: FlyCalls,
  app: string,
  secrets: Readonly<Record<string, { reveal(): string } | null>>,
): Promise<{ readonly version: number }> {
  const values = Object.entries(secrets).map(
    ([name, secret]) => [name, secret === null ? null : secret.reveal()] as const,
  );
  return calls.call({
    action: "secret.set",
    operation: `set ${values.length} secrets of ${app}`,
    method: "POST",
    path: ["apps", app, "secrets"],
    body: { values: Object.fromEntries(values) },
    effect: "repeatable",
    app,
    hidden: values.flatMap(([, value]) => (value === null ? [] : [value])),
    read: ({ body }) => {
      const answer = object(body, "the answer");
      return { version: number(answer.version ?? answer.Version, "version") };
    },
  });
}
