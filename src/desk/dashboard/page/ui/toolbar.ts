/** Search, filters by phase, and the order where the heads of the columns are not seen. */

import { type Choice, countGroups, type SortKey, sortKeys } from "../model/choose.ts";
import { type Group, groups } from "../model/condition.ts";
import type { Row } from "../model/row.ts";
import { h, morph } from "./dom.ts";

export interface Toolbar {
  readonly element: HTMLElement;
  update(rows: readonly Row[], choice: Choice): void;
  readonly search: HTMLInputElement;
}

export function createToolbar(choose: (change: Partial<Choice>) => void): Toolbar {
  const search = h("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Silo, owner, region…",
  });
  search.addEventListener("input", () => choose({ query: search.value }));
  const filters = h("div", { class: "filters", role: "group", "aria-label": "Phase" });
  filters.addEventListener("click", ({ target }) => {
    const group = target instanceof Element && target.closest("button")?.dataset.group;
    if (group) choose({ group: group as Group | "all" });
  });
  const order = h(
    "select",
    { id: "order" },
    ...Object.entries(sortKeys).map(([key, name]) => h("option", { value: key }, name)),
  );
  order.addEventListener("change", () =>
    choose({ sort: order.value as SortKey, isDescending: false }),
  );
  const element = h(
    "div",
    { class: "toolbar" },
    h(
      "div",
      { class: "search" },
      h("label", { for: "search", class: "unseen" }, "Search silos"),
      search,
    ),
    filters,
    h("div", { class: "order" }, h("label", { for: "order" }, "Sort by"), order),
  );
  return {
    element,
    search,
    update(rows, choice) {
      morph(filters, filterButtons(rows, choice));
      if (search.value !== choice.query) search.value = choice.query;
      order.value = choice.sort;
    },
  };
}

function filterButtons(rows: readonly Row[], choice: Choice): HTMLElement {
  const counts = countGroups(rows);
  const names: readonly (readonly [Group | "all", string])[] = [
    ["all", "All"],
    ...(Object.entries(groups) as [Group, string][]),
  ];
  return h(
    "div",
    { class: "filters", role: "group", "aria-label": "Phase" },
    ...names
      .filter(([group]) => group === "all" || counts[group] > 0 || choice.group === group)
      .map(([group, name]) =>
        h(
          "button",
          {
            type: "button",
            "data-group": group,
            "data-key": group,
            "aria-pressed": String(choice.group === group),
          },
          name,
          h("span", { class: "count" }, counts[group].toLocaleString("en")),
        ),
      ),
  );
}
