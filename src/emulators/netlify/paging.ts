/** Pages of at most 100, with the next one in `Link`. */

import { type Call, queryText, type Reply } from "./call.ts";
import { invalid } from "./errors.ts";

export function paged(call: Call, items: readonly unknown[]): Reply {
  const size = Math.min(positive(call, "per_page") ?? 100, 100);
  const page = positive(call, "page") ?? 1;
  const body = items.slice((page - 1) * size, page * size);
  const pages = Math.max(1, Math.ceil(items.length / size));
  const links = [
    ...(page < pages ? [link(call, page + 1, "next")] : []),
    link(call, pages, "last"),
  ];
  return { status: 200, body, headers: { link: links.join(", ") } };
}

function positive(call: Call, name: string): number | undefined {
  const value = queryText(call, name);
  if (value === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(value)) throw invalid(`${name} must be a positive integer`);
  return Number(value);
}

function link({ url }: Call, page: number, rel: string): string {
  const other = new URL(url);
  other.searchParams.set("page", String(page));
  return `<${other}>; rel="${rel}"`;
}
