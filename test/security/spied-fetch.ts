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

/** The one call of Fly's that carries secrets. */
export const isSecretSet = ({ method, path }: Pick<SentRequest, "method" | "path">): boolean =>
  method === "POST" && /^\/v1\/apps\/[^/]+\/secrets$/.test(path);

/** Calls whose body is the destination of a secret. */
const destinations: readonly RegExp[] = [
  /^POST \/v1\/apps\/[^/]+\/secrets$/,
  // A site is given the anon key.
  /^(POST|PUT|PATCH) \/api\/v1\/accounts\/[^/]+\/env(\/|$)/,
];

/** All of a request that may hold no secret: of what is run in a machine, the standard input may. */
export function shownOf({ method, path, text, body }: SentRequest): string {
  if (destinations.some((one) => one.test(`${method} ${path}`))) {
    return text.slice(0, text.length - body.length);
  }
  if (!/\/exec$/.test(path)) return text;
  const { stdin: _, ...shown } = JSON.parse(body);
  return `${text.slice(0, text.length - body.length)}${JSON.stringify(shown)}`;
}

/** While it is on, whatever carries more than a lock is refused, with all of it in the answer. */
export function quotingFetch(isOn: () => boolean): (fetch: Fetch) => Fetch {
  return (fetch) => async (input, init) => {
    const request = new Request(input instanceof Request ? input.clone() : input, init);
    const { pathname } = new URL(request.url);
    const isWrite = !["GET", "DELETE"].includes(request.method);
    const carries = isWrite && !/\/(lease|metadata|stop|start|graphql)(\/|$)/.test(pathname);
    if (!isOn() || !carries) return fetch(input, init);
    const error = `cannot take ${await request.text()}`;
    return Response.json({ error, message: error }, { status: 422 });
  };
}
