import { connectionError, type Handler, json } from "../scripted-fetch.ts";
import { aVariable, refused } from "./scripted-netlify.ts";

export type Value = readonly [context: string, value: string, branch?: string];

/** A variable that remembers, with a hook before each call. `lost` does it and breaks the connection. */
export function remembering(
  start: readonly Value[] | undefined,
  before: (call: string, count: number) => Response | Error | "lost" | undefined = () => undefined,
  more: Record<string, unknown> = {},
) {
  let values = start;
  let count = 0;
  const at = { set: (next: typeof start) => (values = next), get: () => values };
  const handler: Handler = ({ method, url, body }) => {
    count++;
    const special = before(method, count);
    if (special && special !== "lost") return special;
    const answer = () => json(method === "GET" ? 200 : 201, aVariable(values ?? [], more));
    const take = (given: unknown): Value => {
      const {
        context = "",
        value = "",
        context_parameter: branch,
      } = given as Record<string, string>;
      return branch === undefined ? [context, value] : [context, value, branch];
    };
    if (method === "POST") {
      if (values) return refused(409, "key exists");
      values = (body as { values: unknown[] }[])[0]?.values.map(take);
    } else if (values === undefined) return refused(404, "Not Found");
    else if (method === "PATCH") {
      const given = take(body);
      const isOther = (row: Value) => row[0] !== given[0] || row[2] !== given[2];
      values = [...values.filter(isOther), given];
    } else if (method === "DELETE") {
      const [, index] = /value-(\d+)$/.exec(url.pathname) ?? [];
      values =
        index === undefined ? undefined : values.filter((_, place) => place !== Number(index));
      if (special !== "lost") return new Response(null, { status: 204 });
    }
    return special === "lost" ? connectionError("ECONNRESET") : answer();
  };
  return { handler, at };
}
