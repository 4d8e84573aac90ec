/** Pages by number, with the Link header that leads to the others. */

import type { Call, Reply } from "./call.ts";

const defaultSize = 30;
const mostSize = 100;

export interface Page<T> {
  readonly items: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
}

export function pageOf<T>(
  call: Call,
  items: readonly T[],
  { size = defaultSize, most = mostSize }: { readonly size?: number; readonly most?: number } = {},
): Page<T> {
  const perPage = Math.min(numberOf(call.query, "per_page") ?? size, most);
  const page = numberOf(call.query, "page") ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (rel: string, number: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(number));
    return `<${call.base}${call.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link("prev", Math.min(page - 1, last))] : []),
    ...(page < last ? [link("next", page + 1), link("last", last)] : []),
    ...(page > 1 ? [link("first", 1)] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

export function listReply<T>(call: Call, items: readonly T[], view: (item: T) => unknown): Reply {
  const page = pageOf(call, items);
  return { status: 200, body: page.items.map(view), headers: page.headers };
}

/** `{total_count, [name]: […]}`, as the lists of Actions are. */
export function countedReply<T>(
  call: Call,
  items: readonly T[],
  how: {
    readonly name: string;
    readonly view: (item: T) => unknown;
    readonly size?: number;
    readonly most?: number;
  },
): Reply {
  const page = pageOf(call, items, how);
  return {
    status: 200,
    body: { total_count: items.length, [how.name]: page.items.map(how.view) },
    headers: page.headers,
  };
}

/** Anything but a whole number above zero is ignored, as by the real API. */
function numberOf(query: URLSearchParams, field: string): number | undefined {
  const value = Number(query.get(field) ?? "0");
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
