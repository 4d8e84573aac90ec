/** Every check in turn of its place in the list, all at once; none can end the others. */

import { type ApiError, isApiError, Refused } from "#silo/errors.ts";
import { checks } from "./index.ts";
import type { Check, CheckWorld, Finding } from "./types.ts";

export interface CheckedFinding extends Finding {
  readonly check: string;
}

export async function runChecks(world: CheckWorld): Promise<readonly CheckedFinding[]> {
  const all = await Promise.all(checks.map((check) => findingsOf(check, world)));
  return all.flat();
}

async function findingsOf(check: Check, world: CheckWorld): Promise<readonly CheckedFinding[]> {
  const named = (findings: readonly Finding[]) =>
    findings.map((finding) => ({ check: check.name, ...finding }));
  try {
    return named(await check.run(world));
  } catch (error) {
    if (!isApiError(error) && !(error instanceof Refused)) throw error;
    return named([unanswered(check, error)]);
  }
}

/** An answer that did not come is no answer that all is well. */
function unanswered({ name, guards }: Check, error: ApiError | Refused): Finding {
  const fix = error instanceof Refused ? error.fix : undefined;
  return {
    about: name.split("-")[0] ?? name,
    verdict: guards ? "failed" : "unknown",
    text: `could not be looked at: ${error.message}`,
    fix: fix ?? "run `silo doctor` again; if it stays so, mend what the answer names",
    ...(guards && { refuses: true }),
  };
}

/** 4 where security demands a refusal, 1 where something failed, 0 with warnings and what is unknown. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 4 {
  if (findings.some(({ verdict, refuses }) => verdict === "failed" && refuses)) return 4;
  return findings.some(({ verdict }) => verdict === "failed") ? 1 : 0;
}
