/**
 * One HTTP exchange as a value: never throws, ends in time whatever the other side does, reads no
 * more than it was told to.
 */

import type { Clock, Fetch } from "#world/effects.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body was longer than is read. */
  readonly cut: boolean;
}

export interface HttpFailure {
  readonly kind: "failure";
  /** `unsent`: proven to have failed before anything was sent. */
  readonly why: "unsent" | "network" | "timeout" | "cancelled";
  readonly detail: string;
}

const mostAnswerBytes = 32 * 1024 * 1024;
const mostErrorBytes = 64 * 1024;

export async function exchange(
  effects: { readonly fetch: Fetch; readonly clock: Clock },
  request: HttpRequest,
): Promise<HttpAnswer | HttpFailure> {
  if (request.signal?.aborted) return { kind: "failure", why: "cancelled", detail: "cancelled" };
  const call = new AbortController();
  const timer = new AbortController();
  const ended = new Promise<HttpFailure>((resolve) => {
    const end = (why: "timeout" | "cancelled", detail: string) => {
      resolve({ kind: "failure", why, detail });
      call.abort(new Error(detail));
    };
    const cancel = () => end("cancelled", "cancelled");
    const seconds = Math.round(request.timeoutMs / 1000);
    effects.clock.sleep(request.timeoutMs, timer.signal).then(
      () => end("timeout", `no answer within ${seconds} s`),
      () => {},
    );
    request.signal?.addEventListener("abort", cancel, { once: true, signal: timer.signal });
  });
  try {
    return await Promise.race([send(effects.fetch, request, call.signal), ended]);
  } finally {
    timer.abort(new Error("answered"));
  }
}

async function send(
  fetch: Fetch,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer | HttpFailure> {
  try {
    const { method, headers, body } = request;
    const response = await fetch(request.url, {
      method,
      headers,
      signal,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
    });
    const most = response.ok ? mostAnswerBytes : mostErrorBytes;
    const { text, cut } = await readAtMost(response, most);
    return { kind: "answer", status: response.status, headers: response.headers, text, cut };
  } catch (error) {
    const code = codeOf(error);
    const why = code !== undefined && unsentCodes.has(code) ? "unsent" : "network";
    return { kind: "failure", why, detail: describe(error, code) };
  }
}

async function readAtMost(
  response: Response,
  most: number,
): Promise<{ text: string; cut: boolean }> {
  if (response.body === null) return { text: "", cut: false };
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let left = most;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
    if (left < 0) {
      // Whether the rest can be cancelled does not matter: it is not read.
      reader.cancel().catch(() => {});
      return { text: text + decoder.decode(), cut: true };
    }
  }
}

/** Codes of errors that come before the first byte of the request. */
const unsentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_CONNECT_TIMEOUT",
]);

/** The first error code along the chain of causes. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause, depth + 1);
}

function describe(error: unknown, code: string | undefined): string {
  if (!(error instanceof Error)) return "the connection failed";
  const inner = error.cause instanceof Error ? error.cause.message : "";
  const text = inner === "" ? error.message : inner;
  return code === undefined || text.includes(code) ? text : `${text} (${code})`;
}
