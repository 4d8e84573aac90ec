/** What the Fly token is: one of an organisation, not a person's, and not for years. */

import type { FlyTokenFacts } from "#world/fly.ts";
import type { Check, Finding } from "./types.ts";

const about = "FLY_API_TOKEN";
const dayMs = 86_400_000;
const longestDays = 366;
const soonDays = 14;
const makeOne = "`fly tokens create org -o ORG -x 2160h` makes one for 90 days";

export const flyToken: Check = {
  name: "fly-token",
  async run({ fly, now }) {
    if ("closed" in fly) return [fly.closed];
    const { reads, tokens } = fly.open;
    const parts = await reads.currentTokens();
    const isPersons = tokens.some(({ kind }) => kind === "user") || parts.some(({ user }) => user);
    return [
      isPersons
        ? {
            about,
            verdict: "warning",
            text: "is a person's: it reaches every organisation of that person, and ends when they leave",
            fix: makeOne,
          }
        : kindOf(tokens),
      ...tokens.map((token, index) => expiryOf(token, tokens.length > 1 ? index + 1 : 0, now)),
      ...tokens.flatMap(accessOf),
    ];
  },
};

function kindOf(tokens: readonly FlyTokenFacts[]): Finding {
  if (tokens.some(({ kind }) => kind === "app")) {
    const text = "is for one app only: a silo is six apps, which it can neither list nor make";
    return { about, verdict: "failed", text, fix: makeOne };
  }
  if (tokens.every(({ kind }) => kind === "org")) {
    return { about, verdict: "ok", text: "is a token of an organisation, nobody's own" };
  }
  const text = "does not say what kind it is; the API says that it is nobody's own";
  return { about, verdict: "unknown", text, fix: makeOne };
}

function expiryOf({ expiresAt }: FlyTokenFacts, place: number, now: number): Finding {
  const which = place === 0 ? about : `${about} (token ${place})`;
  if (expiresAt === undefined) {
    const text = "does not say when it ends; Fly's own default is 20 years";
    return { about: which, verdict: "unknown", text, fix: makeOne };
  }
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  const days = Math.floor((expiresAt - now) / dayMs);
  if (expiresAt <= now) {
    return { about: which, verdict: "failed", text: `ended on ${day}`, fix: makeOne };
  }
  if (days < soonDays) {
    const text = `ends on ${day}, in ${days} ${days === 1 ? "day" : "days"}: nothing can be done after that`;
    return { about: which, verdict: "warning", text, fix: makeOne };
  }
  if (days > longestDays) {
    const text = `ends on ${day} only: whoever finds it can use it for ${Math.floor(days / 365)} years`;
    return { about: which, verdict: "warning", text, fix: `${makeOne}; then revoke this one` };
  }
  return { about: which, verdict: "ok", text: `ends on ${day}` };
}

function accessOf({ isReadOnly }: FlyTokenFacts): Finding[] {
  if (isReadOnly !== true) return [];
  const text = "reads only: enough for plan, status and drift, not for apply";
  return [{ about, verdict: "ok", text }];
}
