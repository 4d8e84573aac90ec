/** How the last run of each silo ended, as its status file says: a copy for people, so a warning at most. */

import type { Check, Finding, LastRun } from "./types.ts";

export const lastRun: Check = {
  name: "last-run",
  async run({ lastRuns }) {
    return (await lastRuns()).map(judged);
  },
};

function judged({ silo: { slug }, status }: LastRun): Finding {
  if (!status) {
    return {
      about: slug,
      verdict: "warning",
      text: "its status file is not as silo-manager writes it",
      fix: `the next run writes it anew; \`silo verify ${slug}\` says what is known of who wrote it`,
    };
  }
  const { last_error: error } = status;
  if (!error) return { about: slug, verdict: "ok", text: "ended well" };
  return {
    about: slug,
    verdict: "warning",
    text: `failed${error.at ? ` at ${error.at}` : ""}: ${error.message}`,
    fix: error.fix ?? `\`silo apply ${slug}\` goes on with it`,
  };
}
