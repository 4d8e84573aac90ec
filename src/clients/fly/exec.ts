/** Runs a command in a machine. Standard input may carry secrets; errors never show it. */

import type { FlyExecRequest, FlyExecResult } from "#wire/fly.ts";
import type { FlyCalls } from "./call.ts";
import { readExecResult } from "./shapes.ts";

const usualSeconds = 60;
/** For the way there and back. */
const marginMs = 10_000;

/** HTTP says 200 even when the command fails: the caller looks at `exit_code`. */
export function exec(
  calls: FlyCalls,
  which: { readonly app: string; readonly id: string },
  request: FlyExecRequest,
): Promise<FlyExecResult> {
  const { app, id } = which;
  const seconds = request.timeout ?? usualSeconds;
  return calls.call({
    action: "machine.exec",
    operation: `run ${request.command[0] ?? "a command"} in machine ${id} of ${app}`,
    method: "POST",
    path: ["apps", app, "machines", id, "exec"],
    body: { ...request, timeout: seconds },
    effect: "once",
    app,
    key: id,
    timeoutMs: seconds * 1_000 + marginMs,
    hidden: request.stdin === undefined ? [] : [request.stdin, ...request.stdin.split(/\r?\n/)],
    read: ({ body }) => readExecResult(body),
  });
}
