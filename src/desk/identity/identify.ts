/** From the bearer token of a request to a caller, by the rules of `desk` in silo.config.yml. */

import type { DeskConfig } from "#silo/config.generated.ts";
import { deskTokenHash, isDeskToken, isSameHash } from "#silo/desk-token.ts";
import { parseInstant } from "#silo/instant.ts";
import type { Clock } from "#world/effects.ts";
import type { Caller } from "../caller.ts";
import { Problem } from "../problem.ts";
import { matchWorkflow } from "./match-workflow.ts";
import type { Tries } from "./tries.ts";
import type { WorkflowTokens } from "./workflow-token.ts";

export interface IdentitySources {
  readonly clock: Clock;
  readonly tries: Tries;
  /** As the repository has it now. */
  readonly config: () => Promise<DeskConfig>;
  /** Absent where the desk has no URL that a token could be meant for. */
  readonly workflowTokens: (config: DeskConfig) => WorkflowTokens | undefined;
}

/** Throws a 401 that says nothing of what was wrong: who asks rightly has no need of it. */
export async function identify(
  sources: IdentitySources,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  sources.tries.check(address);
  const [, token] = /^Bearer ([A-Za-z0-9_.-]{1,8192})$/i.exec(authorization ?? "") ?? [];
  const caller = token === undefined ? undefined : await callerOf(sources, token);
  if (caller) return caller;
  // Who sends nothing has tried nothing.
  if (authorization !== undefined) sources.tries.failed(address);
  throw new Problem(401, "A valid token is needed", {
    fix: "send `Authorization: Bearer TOKEN`: a workflow token for this desk's URL, or one of `silo desk-token`",
  });
}

/** The same token, looked at again: what was taken out of the configuration is nobody's any more. */
export async function stillIs(sources: IdentitySources, token: string): Promise<boolean> {
  return isDeskToken(token)
    ? staticCaller(await sources.config(), token, sources.clock) !== undefined
    : true;
}

async function callerOf(sources: IdentitySources, token: string): Promise<Caller | undefined> {
  const config = await sources.config();
  if (isDeskToken(token)) return staticCaller(config, token, sources.clock);
  const verified = await sources.workflowTokens(config)?.verify(token);
  const entry = verified && matchWorkflow(config.workflows, verified);
  if (!entry) return undefined;
  const { name, role, silos } = entry;
  return { name, role, silos, expiresAt: Number(verified.exp) * 1_000 };
}

/** Every entry is compared, whichever fits; two that do are a mistake, and nobody. */
function staticCaller({ tokens }: DeskConfig, token: string, clock: Clock): Caller | undefined {
  const hash = deskTokenHash(token);
  const [found, ...others] = tokens.filter(({ sha256 }) => isSameHash(sha256, hash));
  if (!found || others.length > 0) return undefined;
  const { name, role, silos } = found;
  const expiresAt = parseInstant(found.expires_at) ?? 0;
  return expiresAt > clock.now() ? { name, role, silos, expiresAt } : undefined;
}
