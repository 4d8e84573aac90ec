/** The answers that a plan got, so that the same plan can be made again where no cloud is. */

import type { Fetch } from "#world/effects.ts";

export interface RecordedPlan {
  readonly atMs: number;
  readonly files: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, RecordedAnswer>>;
}

interface RecordedAnswer {
  readonly status: number;
  readonly body: string;
}

export function recordingReads(fetch: Fetch): {
  readonly fetch: Fetch;
  readonly answers: Record<string, RecordedAnswer>;
} {
  const answers: Record<string, RecordedAnswer> = {};
  return {
    answers,
    async fetch(input, init) {
      const response = await fetch(input, init);
      const body = await response.clone().text();
      answers[urlOf(input)] = { status: response.status, body };
      return response;
    },
  };
}

export function replayed(answers: RecordedPlan["answers"]): Fetch {
  return async (input) => {
    const answer = answers[urlOf(input)];
    if (!answer) throw new Error(`There is no recorded answer to ${urlOf(input)}`);
    return new Response(answer.body, { status: answer.status });
  };
}

const urlOf = (input: Parameters<Fetch>[0]) =>
  input instanceof Request ? input.url : String(input);
