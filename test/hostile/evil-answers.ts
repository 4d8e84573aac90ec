/** Answers as no API should give them, made from answers as it does. */

import fc from "fast-check";
import type { Fetch } from "#world/effects.ts";
import { allEvilWords } from "./evil-words.ts";

export type Evil = (honest: Response) => Promise<Response>;

/** One leaf of a document, by a number that picks it. */
function withLeaf(value: unknown, pick: number, change: (leaf: unknown) => unknown): unknown {
  const leaves: (readonly (string | number)[])[] = [];
  const walk = (node: unknown, path: readonly (string | number)[]) => {
    if (typeof node !== "object" || node === null) leaves.push(path);
    else for (const [key, inner] of Object.entries(node)) walk(inner, [...path, key]);
  };
  walk(value, []);
  const chosen = leaves[pick % Math.max(1, leaves.length)];
  return chosen === undefined ? value : replaced(value, chosen, change);
}

function replaced(
  node: unknown,
  [key, ...rest]: readonly (string | number)[],
  change: (leaf: unknown) => unknown,
): unknown {
  if (key === undefined) return change(node);
  if (Array.isArray(node)) {
    return node.map((item, at) => (at === Number(key) ? replaced(item, rest, change) : item));
  }
  const object = node as Readonly<Record<string, unknown>>;
  return { ...object, [key]: replaced(object[key], rest, change) };
}

const wrongTypes: readonly unknown[] = [
  null,
  7,
  -1,
  Number.MAX_VALUE,
  true,
  [],
  {},
  "",
  [[[]]],
  { id: {} },
];

const edited =
  (edit: (document: unknown) => unknown): Evil =>
  async (honest) => {
    const text = await honest.text();
    const body = isJson(text) ? JSON.stringify(edit(JSON.parse(text))) : text;
    return answer(body, honest);
  };

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** 204 and 304 have no body. */
const answer = (body: string, { status, headers }: Response): Response =>
  status === 204 || status === 304
    ? new Response(null, { status })
    : new Response(body, { status, headers: kept(headers) });

function kept(headers: Headers): Headers {
  const others = new Headers(headers);
  others.delete("content-length");
  return others;
}

const words = fc.constantFrom(...allEvilWords);

const evilText: fc.Arbitrary<Evil> = fc
  .tuple(fc.nat(), words)
  .map(([pick, word]) => edited((body) => withLeaf(body, pick, () => word)));

const wrongType: fc.Arbitrary<Evil> = fc
  .tuple(fc.nat(), fc.constantFrom(...wrongTypes))
  .map(([pick, value]) => edited((body) => withLeaf(body, pick, () => value)));

const cut: fc.Arbitrary<Evil> = fc.double({ min: 0, max: 1, noNaN: true }).map(
  (part): Evil =>
    async (honest) => {
      const text = await honest.text();
      return answer(text.slice(0, Math.floor(text.length * part)), honest);
    },
);

const refused: fc.Arbitrary<Evil> = fc
  .tuple(fc.constantFrom(400, 401, 403, 404, 409, 412, 418, 422, 429, 500, 503), words)
  .map(
    ([status, word]): Evil =>
      async () =>
        Response.json({ error: word, message: word, status: word }, { status }),
  );

const strange: fc.Arbitrary<Evil> = fc.constantFrom<Evil>(
  async () =>
    new Response("<html><h1>502</h1>\n::error::x", { headers: { "content-type": "text/html" } }),
  async () => new Response("null"),
  async () => new Response(""),
  async () => new Response(null, { status: 204 }),
  async () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } }),
  async () => new Response("{}", { status: 429, headers: { "retry-after": "1e9" } }),
  async () => new Response("{}", { status: 503, headers: { "retry-after": "-5, x" } }),
  async () =>
    Response.json(Array.from({ length: 5_000 }, (_, id) => ({ id: String(id), name: "x" }))),
  async () => new Response("[".repeat(100_000)),
  async () => new Response(Uint8Array.from([0xff, 0xfe, 0x00, 0x7b])),
  async () => {
    throw new TypeError("fetch failed \u001b[2J\n::error::x");
  },
);

export const evil: fc.Arbitrary<Evil> = fc.oneof(evilText, wrongType, cut, refused, strange);

export interface Ambush {
  /** From 1, over all calls. */
  readonly at: number;
  readonly evil: Evil;
  /** Whether it goes on for good. */
  readonly isLasting: boolean;
}

export const ambush: fc.Arbitrary<Ambush> = fc.record({
  at: fc.integer({ min: 1, max: 60 }),
  evil,
  isLasting: fc.boolean(),
});

/** That call, or all from it on, is answered so; all else honestly. */
export function ambushed({ at, evil: change, isLasting }: Ambush): (fetch: Fetch) => Fetch {
  let calls = 0;
  return (fetch) => async (input, init) => {
    const honest = await fetch(input, init);
    calls++;
    return calls === at || (isLasting && calls > at) ? change(honest) : honest;
  };
}
