/** One line of the list. */

import type { Row } from "../model/row.ts";
import { h } from "./dom.ts";
import { pill } from "./pieces.ts";

export function rowView({ silo, owner, condition, region, timer, cost, event }: Row): HTMLElement {
  const cell = (kind: string, ...children: Parameters<typeof h>[2][]) =>
    h("td", { role: "cell", class: kind }, ...children);
  return h(
    "tr",
    { role: "row", "data-key": silo },
    h(
      "th",
      { role: "rowheader", scope: "row", class: "name" },
      h("a", { href: `#/${silo}` }, silo),
      h("span", { class: "quiet owner" }, owner),
    ),
    cell("phase", pill(condition)),
    cell("region", region),
    cell(
      "timer",
      timer.text,
      timer.left !== undefined &&
        // The text beside it says the same.
        h("progress", { value: timer.left.toFixed(2), max: "1", "aria-hidden": "true" }),
    ),
    cell("cost", cost.month, h("span", { class: "quiet" }, cost.hour)),
    cell(
      "event",
      h("span", { class: "what" }, event.text),
      h("span", { class: "quiet" }, event.when),
    ),
  );
}
