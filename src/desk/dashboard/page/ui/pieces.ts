/** What several views share. */

import type { Condition, Tone } from "../model/condition.ts";
import { distanceText, timeText } from "../model/words.ts";
import { type Child, h } from "./dom.ts";

/** A colour, a shape and a word: each alone says it. */
export const pill = ({ word, tone }: Condition): HTMLElement =>
  h("span", { class: `pill ${tone}` }, mark(tone), word);

export const mark = (tone: Tone): HTMLElement =>
  h("span", { class: `mark ${tone}`, "aria-hidden": "true" });

/** How long ago, with the time itself on the pointer. */
export const ago = (at: number, now: number): HTMLElement =>
  h(
    "time",
    { datetime: new Date(at).toISOString(), title: timeText(at, now) },
    distanceText(at, now),
  );

export const section = (key: string, title: string, ...children: readonly Child[]): HTMLElement =>
  h(
    "section",
    { class: "card", "data-key": key, "aria-labelledby": `title-${key}` },
    h("h2", { id: `title-${key}` }, title),
    ...children,
  );

export const facts = (pairs: readonly (readonly [string, Child])[]): HTMLElement =>
  h(
    "dl",
    { class: "facts" },
    ...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );

export const none = (text: string): HTMLElement => h("p", { class: "quiet" }, text);

export const outside = (href: string, text: string): HTMLElement =>
  h("a", { href, rel: "noreferrer" }, text);

/** A table whose lines fold into cards where there is no room. */
export function table(
  kind: string,
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const cells = (row: readonly Child[]) =>
    row.map((cell, index) =>
      h(
        index === 0 ? "th" : "td",
        {
          role: index === 0 ? "rowheader" : "cell",
          ...(index === 0 ? { scope: "row" } : { "data-head": heads[index] }),
        },
        cell,
      ),
    );
  return h(
    "table",
    { class: `grid ${kind}`, role: "table" },
    h("caption", { class: "unseen" }, caption),
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        ...heads.map((head) => h("th", { role: "columnheader", scope: "col" }, head)),
      ),
    ),
    h("tbody", { role: "rowgroup" }, ...rows.map((row) => h("tr", { role: "row" }, ...cells(row)))),
  );
}
