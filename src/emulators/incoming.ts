/** What `fetch` was called with, read without building a `Request` where none was given. */

export interface IncomingRequest {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly bodyText: string;
  readonly signal: AbortSignal;
}

const neverAborted = new AbortController().signal;

export async function readIncoming(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<IncomingRequest> {
  const request = input instanceof Request ? new Request(input, init) : undefined;
  const url = new URL(request ? request.url : String(input));
  const body = init.body ?? "";
  return {
    method: (request?.method ?? init.method ?? "GET").toUpperCase(),
    url,
    path: url.pathname,
    query: url.searchParams,
    headers: request?.headers ?? new Headers(init.headers),
    bodyText: request
      ? await request.text()
      : typeof body === "string"
        ? body
        : await new Response(body).text(),
    signal: request?.signal ?? init.signal ?? neverAborted,
  };
}

/** The client gives up when its signal says so; the server goes on with what it began. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal === neverAborted) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
