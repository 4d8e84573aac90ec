/** Between client and emulator: keeps every request with its body, for tests that look for secrets. */

import type { Fetch } from "#world/effects.ts";

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** Method, address, headers but for the token, and body. */
  readonly text: string;
  readonly body: string;
}

export function spiedFetch(): {
  readonly sent: SentRequest[];
  readonly wrap: (fetch: Fetch) => Fetch;
} {
  const sent: SentRequest[] = [];
  const wrap =
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      const { method, url, headers } = request;
      const body = await request.text();
      const shown = [...headers].filter(([name]) => name !== "authorization");
      const { pathname } = new URL(url);
      sent.push({ method, path: pathname, body, text: `${method} ${url} ${shown.join()} ${body}` });
      return fetch(input, init);
    };
  return { sent, wrap };
}

/** The one call that carries secrets. */
export const isSecretSet = ({ method, path }: Pick<SentRequest, "method" | "path">): boolean =>
  method === "POST" && /^\/v1\/apps\/[^/]+\/secrets$/.test(path);
