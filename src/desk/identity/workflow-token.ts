/** Workflow tokens of GitHub Actions, verified by the keys that their issuer publishes. */

import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock, Fetch } from "#world/effects.ts";
import { Problem } from "../problem.ts";
import type { Claims } from "./match-workflow.ts";

export interface WorkflowTokens {
  /** Its claims; `undefined` unless issuer, audience, algorithm, signature and times are all right. */
  verify(token: string): Promise<Claims | undefined>;
}

const toleranceSeconds = 60;
/** GitHub's live for minutes; one that claims more was not made by it. */
const longestLifeSeconds = 3_600;

export function workflowTokens(
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly audience: string },
  clock: Clock,
): WorkflowTokens {
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ["RS256"],
          issuer: expected.issuer,
          audience: expected.audience,
          clockTolerance: toleranceSeconds,
          maxTokenAge: longestLifeSeconds,
          requiredClaims: ["iss", "aud", "iat", "nbf", "exp"],
          currentDate: new Date(clock.now()),
        });
        // A token for several desks could be shown to one of them by another.
        return payload.aud === expected.audience ? payload : undefined;
      } catch (error) {
        if (isFaultOfToken(error)) return undefined;
        throw new Problem(503, "The keys of the issuer of workflow tokens cannot be read now", {
          retryAfterSeconds: 5,
        });
      }
    },
  };
}

const isFaultOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  error.code !== "ERR_JOSE_GENERIC";

/** Asked for when first needed, then remembered; an unknown key asks again, but not all the time. */
export const publishedKeys = (issuer: string, fetch: Fetch): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), { [customFetch]: fetch });
