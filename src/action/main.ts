/** The step itself: the runner, the event and this process → exit code. */

import { context } from "@actions/github";
import { interruptible } from "#edge/interrupt.ts";
import { processSurroundings } from "#edge/surroundings.ts";
import { readEvent } from "./event.ts";
import { runAction } from "./run-action.ts";
import { toolkit } from "./toolkit.ts";

const interrupt = interruptible();
const code = await runAction({
  runner: toolkit,
  environment: process.env,
  event: () => readEvent(context, process.env.GITHUB_REPOSITORY ?? ""),
  surroundings: (variable) =>
    processSurroundings({
      variable,
      makeFetch: async () => (await import("#edge/quick-fetch.ts")).createQuickFetch(),
      signal: interrupt.signal,
    }),
});
process.exitCode = code;
// A call that is never answered would keep the process.
if (code === 130) process.exit(interrupt.code() ?? code);
