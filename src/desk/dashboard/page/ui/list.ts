/** All silos. A line is touched only when what it says has changed: a thousand of them stay quick. */

import { type Choice, chooseRows, type SortKey, sortKeys } from "../model/choose.ts";
import type { Row } from "../model/row.ts";
import { countText } from "../model/words.ts";
import { h, morph } from "./dom.ts";
import { rowView } from "./row-view.ts";
import { createToolbar } from "./toolbar.ts";

export interface List {
  readonly element: HTMLElement;
  /** Gives what is shown in words; `undefined` rows are on their way. */
  update(rows: readonly Row[] | undefined, choice: Choice): string;
  /** To the line of a silo, after its own page was left. */
  focus(silo: string): void;
}

export function createList(choose: (change: Partial<Choice>) => void): List {
  const toolbar = createToolbar(choose);
  const heads = h("tr", { role: "row" });
  const body = h("tbody", { role: "rowgroup" });
  const empty = h("p", { class: "quiet empty", hidden: true });
  const grid = h(
    "table",
    { class: "grid silos", role: "table" },
    h("caption", { class: "unseen" }, "Silos"),
    h("thead", { role: "rowgroup" }, heads),
    body,
  );
  let choice: Choice | undefined;
  heads.addEventListener("click", ({ target }) => {
    const sort = target instanceof Element && target.closest("button")?.dataset.sort;
    if (!sort) return;
    const again = choice?.sort === sort;
    choose({ sort: sort as SortKey, isDescending: again && !choice?.isDescending });
  });
  body.addEventListener("keydown", moveWithArrows);
  toolbar.search.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    body.querySelector("a")?.focus();
  });
  const lines = createLines(body);
  return {
    element: h(
      "div",
      { class: "list" },
      h("h1", { class: "unseen" }, "Silos"),
      toolbar.element,
      grid,
      empty,
    ),
    update(rows, wanted) {
      choice = wanted;
      const all = rows ?? [];
      toolbar.update(all, wanted);
      morph(heads, headsFor(wanted));
      const chosen = chooseRows(all, wanted);
      lines.show(chosen);
      empty.hidden = chosen.length > 0;
      grid.hidden = chosen.length === 0;
      empty.textContent =
        rows === undefined
          ? "Loading"
          : all.length === 0
            ? "There are no silos"
            : "No silo is like that";
      return shownText(chosen.length, all.length);
    },
    focus: (silo) => body.querySelector<HTMLElement>(`a[href="#/${CSS.escape(silo)}"]`)?.focus(),
  };
}

const shownText = (shown: number, all: number): string =>
  shown === all
    ? countText(all, "silo")
    : `${shown.toLocaleString("en")} of ${countText(all, "silo")}`;

function headsFor({ sort, isDescending }: Choice): HTMLElement {
  return h(
    "tr",
    { role: "row" },
    ...(["silo", "phase", "region", "timer", "cost", "event"] as const).map((key) =>
      h(
        "th",
        {
          role: "columnheader",
          scope: "col",
          class: key === "silo" ? "name" : key,
          "aria-sort": key === sort ? (isDescending ? "descending" : "ascending") : undefined,
        },
        h("button", { type: "button", "data-sort": key }, sortKeys[key]),
      ),
    ),
  );
}

/** The lines in the table by silo, with what each one says. */
function createLines(body: HTMLElement) {
  const lines = new Map<string, { readonly element: HTMLElement; said: string }>();
  return {
    show(rows: readonly Row[]): void {
      const wanted = new Set(rows.map(({ silo }) => silo));
      for (const [silo, { element }] of lines) {
        if (wanted.has(silo)) continue;
        element.remove();
        lines.delete(silo);
      }
      let place = body.firstElementChild;
      for (const row of rows) {
        const element = lineOf(row);
        if (element === place) place = place.nextElementSibling;
        else body.insertBefore(element, place);
      }
    },
  };

  function lineOf(row: Row): HTMLElement {
    const said = JSON.stringify(row);
    const line = lines.get(row.silo);
    if (!line) {
      const element = rowView(row);
      lines.set(row.silo, { element, said });
      return element;
    }
    if (line.said !== said) {
      morph(line.element, rowView(row));
      line.said = said;
    }
    return line.element;
  }
}

const steps: Readonly<Record<string, (row: Element | null) => Element | null | undefined>> = {
  ArrowDown: (row) => row?.nextElementSibling,
  ArrowUp: (row) => row?.previousElementSibling,
  Home: (row) => row?.parentElement?.firstElementChild,
  End: (row) => row?.parentElement?.lastElementChild,
};

function moveWithArrows(event: KeyboardEvent): void {
  const step = steps[event.key];
  if (!step || !(event.target instanceof Element)) return;
  const link = step(event.target.closest("tr"))?.querySelector("a");
  if (!link) return;
  event.preventDefault();
  link.focus();
}
