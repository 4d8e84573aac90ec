/** request-transformer on headers and the query: remove, rename, replace, add, append. */

import { renderTemplate } from "./kong-template.ts";

export interface Transformed {
  readonly headers: Headers;
  readonly query: URLSearchParams;
}

export function transformRequest(
  request: Transformed,
  config: Readonly<Record<string, unknown>>,
): void {
  // Templates read the request as it came, whatever was changed before them.
  const scope = {
    headers: new Headers(request.headers),
    query: new URLSearchParams(request.query),
  };
  const parts = [
    { field: "headers", target: request.headers },
    { field: "querystring", target: request.query },
  ];
  for (const { field, target } of parts) {
    const entries = (verb: string) => pairs(config[verb], field);
    for (const [name] of entries("remove")) target.delete(name);
    for (const [from, to] of entries("rename")) {
      const value = target.get(from);
      target.delete(from);
      if (value !== null) target.set(to, value);
    }
    const change = (verb: string, apply: (name: string, value: string) => void) => {
      for (const [name, template] of entries(verb)) {
        const value = renderTemplate(template, scope);
        if (value !== undefined) apply(name, value);
      }
    };
    change("replace", (name, value) => target.has(name) && target.set(name, value));
    change("add", (name, value) => target.has(name) || target.set(name, value));
    change("append", (name, value) => target.append(name, value));
  }
}

/** `["Name: value"]` or `["Name:value"]`; `remove` has names only. */
function pairs(verb: unknown, field: string): [string, string][] {
  const lists: Readonly<Record<string, unknown>> =
    typeof verb === "object" && verb !== null ? { ...verb } : {};
  const list = lists[field];
  if (!Array.isArray(list)) return [];
  return list.map((text): [string, string] => {
    const [, name = "", value = ""] = /^([^:]+):?([\s\S]*)$/.exec(String(text)) ?? [];
    return [name.trim(), value.trim()];
  });
}
