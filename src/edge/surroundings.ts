/** What a command gets of this process: its files, clock and randomness, and clients on demand. */

import type { Surroundings } from "#commands/run-words.ts";
import type { Fetch } from "#world/effects.ts";
import { cryptoRandom, nodeFiles, wallClock } from "./node-effects.ts";

export interface ProcessSettings {
  readonly variable: (name: string) => string | undefined;
  /** Loaded before the first call. */
  readonly makeFetch: () => Promise<Fetch>;
  readonly signal: AbortSignal;
}

export function processSurroundings({
  variable,
  makeFetch,
  signal,
}: ProcessSettings): Omit<Surroundings, "output"> {
  const effects = { variable, clock: wallClock, random: cryptoRandom };
  return {
    ...effects,
    files: nodeFiles,
    signal,
    version: async () => (await import("./version.ts")).readVersion(),
    postNotice: async (address, body) => {
      const { createPostNotice } = await import("#clients/post-notice.ts");
      return createPostNotice({ fetch: makeFetch, clock: effects.clock })(address, body);
    },
    connectFly: async () => {
      const { connectFly } = await import("./connect-fly.ts");
      return connectFly({ ...effects, fetch: await makeFetch() });
    },
    connectGitHub: async () => {
      const { connectGitHub } = await import("./connect-github.ts");
      return connectGitHub({ ...effects, fetch: await makeFetch() });
    },
    connectNetlify: async () => {
      const { connectNetlify } = await import("./connect-netlify.ts");
      return connectNetlify({ ...effects, fetch: await makeFetch() });
    },
  };
}
