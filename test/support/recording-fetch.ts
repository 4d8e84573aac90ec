import type { Fetch } from "#world/effects.ts";
import type { Contract } from "./openapi-contract.ts";

export interface Recording {
  /** Behaves exactly as the wrapped one. */
  readonly fetch: Fetch;
  /** Distinct violations so far, in the order they were seen. */
  violations(): readonly string[];
  /** Exchanges that were checked. */
  count(): number;
}

/**
 * Wraps any Fetch and holds every exchange to the contract. Without a contract (the document is
 * not on this machine) it only passes requests through.
 */
export function recordingFetch(fetch: Fetch, contract: Contract | undefined): Recording {
  const seen = new Set<string>();
  let checked = 0;

  return {
    async fetch(input, init) {
      if (contract === undefined) return fetch(input, init);
      // A body can be read once: this is a copy of its own.
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      const requestBody = parsed(await request.text());
      const response = await fetch(input, init);
      const responseBody = parsed(await response.clone().text());
      checked++;
      const { method, url, headers } = request;
      const requestHeaders = Object.fromEntries(headers);
      const exchange = { method, url, requestHeaders, requestBody, responseBody };
      const found = contract.validateExchange({ ...exchange, status: response.status });
      for (const violation of found) seen.add(violation);
      return response;
    },
    violations: () => [...seen],
    count: () => checked,
  };
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
