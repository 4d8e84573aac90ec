/** How the last runs ended, by the status files. Whoever may write to their branch may have written them. */

import type { LastRun } from "#checks/types.ts";
import { readStatusTexts } from "./read-statuses.ts";
import type { CommandContext, Specs } from "./types.ts";

/** One a chosen silo that has a status file. */
export async function readLastRuns(
  context: CommandContext,
  specs: Specs,
): Promise<readonly LastRun[]> {
  const { statuses } = await readStatusTexts(context, specs);
  return specs.selected.flatMap((silo, index) => {
    const text = statuses[index]?.text;
    return text === undefined ? [] : [{ silo, status: readStatus(text) }];
  });
}

function readStatus(text: string): LastRun["status"] {
  try {
    const { last_error: error }: { readonly last_error?: unknown } = Object(JSON.parse(text));
    if (error === null) return { last_error: null };
    const { message, at, fix }: Readonly<Record<string, unknown>> = Object(error);
    if (typeof message !== "string") return undefined;
    return {
      last_error: {
        message,
        at: typeof at === "string" ? at : null,
        ...(typeof fix === "string" && { fix }),
      },
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
