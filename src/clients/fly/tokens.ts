/**
 * Which token goes with a call, and how it is written. With one token it is that one. With several
 * each is asked once for its organisation (GET /tokens/current), when the first call needs it; a
 * call for an app takes the token of the organisation the app was last seen in, else one that
 * names the app, else the first.
 */

import { Refused } from "#silo/errors.ts";
import type { Secret } from "#silo/secret.ts";
import type { FlyToken } from "#wire/fly.ts";
import type { FlyRequest } from "./request.ts";
import { readTokens } from "./shapes.ts";

export interface TokenBook {
  readonly all: readonly string[];
  pick(call: { org?: string | undefined; app?: string | undefined }): Promise<string>;
  /** An app was seen in an organisation. */
  note(app: string, org: string): void;
}

export function createTokenBook(
  tokens: readonly Secret[],
  describe: (token: string) => Promise<readonly FlyToken[]>,
): TokenBook {
  const all = tokens.map(bareToken);
  const first = all[0];
  if (first === undefined) {
    throw new Refused("No Fly token was given", { exitCode: 2, fix: "Set FLY_API_TOKEN" });
  }
  const orgOfApp = new Map<string, string>();
  let described: Promise<readonly DescribedToken[]> | undefined;
  return {
    all,
    async pick({ org, app }) {
      if (all.length === 1) return first;
      described ??= describeAll(all, describe);
      const known = await described;
      const wanted = org ?? (app === undefined ? undefined : orgOfApp.get(app));
      const match =
        known.find((token) => wanted !== undefined && token.orgs.has(wanted)) ??
        known.find((token) => app !== undefined && token.apps.has(app));
      return match?.token ?? first;
    },
    note(app, org) {
      orgOfApp.set(app, org);
    },
  };
}

/** `FlyV1` for macaroons, `Bearer` for the rest, as fly-go does. */
export function authorization(token: string): string {
  return /^fm(?:2|1r|1a)_/.test(token) ? `FlyV1 ${token}` : `Bearer ${token}`;
}

export function tokenRequest(token: string): FlyRequest<readonly FlyToken[]> {
  return {
    action: "token.current",
    operation: "read what the Fly token is for",
    method: "GET",
    path: ["tokens", "current"],
    effect: "read",
    key: token,
    token,
    read: ({ body }) => readTokens(body),
  };
}

function bareToken(secret: Secret): string {
  const token = secret
    .reveal()
    .trim()
    .replace(/^(?:FlyV1|Bearer)\s+/i, "");
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Refused("A Fly token is empty or has a character that no token has", {
      exitCode: 2,
      fix: "Set it again, without quotes and line breaks",
    });
  }
  return token;
}

interface DescribedToken {
  readonly token: string;
  readonly orgs: ReadonlySet<string>;
  readonly apps: ReadonlySet<string>;
}

async function describeAll(
  tokens: readonly string[],
  describe: (token: string) => Promise<readonly FlyToken[]>,
): Promise<readonly DescribedToken[]> {
  return Promise.all(
    tokens.map(async (token) => {
      // A token that cannot be described is still tried where no other one fits.
      const parts = await describe(token).catch(() => []);
      const orgs = parts.flatMap((part) => [part.org_slug, part.organization]);
      return {
        token,
        orgs: new Set(orgs.filter((org) => org !== undefined)),
        apps: new Set(parts.flatMap((part) => part.apps ?? [])),
      };
    }),
  );
}
