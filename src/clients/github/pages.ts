/** Reads a list to its end, page by page, by number: the addresses in `Link` are not followed. */

import type { GitHubCalls } from "./call.ts";
import type { GitHubRequestFacts, OctokitRequest, RepositoryPath } from "./request.ts";

export interface PagedRequest<T> extends Pick<GitHubRequestFacts, "repo" | "token" | "operation"> {
  readonly send: (
    request: OctokitRequest,
    at: RepositoryPath,
    page: { readonly page: number; readonly per_page: number },
  ) => Promise<unknown>;
  readonly read: (body: unknown) => readonly T[];
  /** Of an item; what moves to a later page while pages are read comes twice. */
  readonly idOf: (item: T) => string | number;
  /** The most that GitHub gives at once: 100 by default. */
  readonly perPage?: number;
}

const mostPages = 100;

export async function readPages<T>(
  calls: GitHubCalls,
  paged: PagedRequest<T>,
): Promise<readonly T[]> {
  const { read, idOf, send, perPage = 100, ...facts } = paged;
  const found = new Map<string | number, T>();
  for (let page = 1; page <= mostPages; page++) {
    const { items, more } = await calls.call({
      ...facts,
      effect: "read",
      send: (request, at) => send(request, at, { page, per_page: perPage }),
      read: ({ body, headers }) => {
        const items = read(body);
        return { items, more: hasNext(headers) ?? items.length >= perPage };
      },
    });
    for (const item of items) found.set(idOf(item), item);
    if (!more) return [...found.values()];
  }
  throw calls.failure(facts.operation, `the list has more than ${mostPages} pages`, "invalid");
}

/** Undefined without the header: GitHub leaves it out when all is on one page. */
function hasNext(headers: Headers): boolean | undefined {
  const link = headers.get("link");
  return link === null ? undefined : /;\s*rel="?next"?/i.test(link);
}
