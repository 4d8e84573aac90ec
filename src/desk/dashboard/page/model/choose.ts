/** Which lines are shown, in which order. */

import { type Group, groups } from "./condition.ts";
import type { Row } from "./row.ts";

export const sortKeys = {
  phase: "Phase",
  silo: "Silo",
  region: "Region",
  timer: "Idle timer",
  cost: "This month",
  event: "Last event",
} as const;
export type SortKey = keyof typeof sortKeys;

export interface Choice {
  readonly query: string;
  readonly group: Group | "all";
  readonly sort: SortKey;
  readonly isDescending: boolean;
}

export const firstChoice: Choice = {
  query: "",
  group: "all",
  // What needs somebody is on top.
  sort: "phase",
  isDescending: false,
};

export function chooseRows(rows: readonly Row[], choice: Choice): readonly Row[] {
  const words = choice.query.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = rows.filter(
    (row) =>
      (choice.group === "all" || row.condition.group === choice.group) &&
      words.every((word) => haystackOf(row).includes(word)),
  );
  const order = orders[choice.sort];
  const sign = choice.isDescending ? -1 : 1;
  return chosen.sort((a, b) => sign * order(a, b) || compare(a.silo, b.silo));
}

const haystackOf = ({ silo, owner, region, condition }: Row) =>
  `${silo} ${owner} ${region} ${condition.word}`.toLowerCase();

const urgency: Readonly<Record<Group, number>> = Object.fromEntries(
  Object.keys(groups).map((group, index) => [group, index]),
) as Record<Group, number>;

const orders: Readonly<Record<SortKey, (a: Row, b: Row) => number>> = {
  phase: (a, b) => compare(urgency[a.condition.group], urgency[b.condition.group]),
  silo: (a, b) => compare(a.silo, b.silo),
  region: (a, b) => compare(a.region, b.region),
  timer: (a, b) => compare(a.timer.ms, b.timer.ms),
  // The dearest and the newest are what one looks for.
  cost: (a, b) => compare(b.cost.usd, a.cost.usd),
  event: (a, b) => compare(b.event.at, a.event.at),
};

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

export function countGroups(rows: readonly Row[]): Readonly<Record<Group | "all", number>> {
  const counts = { all: rows.length, attention: 0, running: 0, changing: 0, stopped: 0, absent: 0 };
  for (const { condition } of rows) counts[condition.group] += 1;
  return counts;
}

/** As it stands in the address, so that a view can be sent to somebody. */
export function choiceToHash({ query, group, sort, isDescending }: Choice): string {
  const parts = new URLSearchParams();
  if (query !== "") parts.set("q", query);
  if (group !== firstChoice.group) parts.set("show", group);
  if (sort !== firstChoice.sort) parts.set("sort", sort);
  if (isDescending) parts.set("order", "reversed");
  const text = parts.toString();
  return text === "" ? "#/" : `#/?${text}`;
}

export function choiceFromHash(hash: string): Choice {
  const parts = new URLSearchParams(hash.split("?")[1] ?? "");
  const [group, sort] = [parts.get("show") ?? "all", parts.get("sort") ?? ""];
  return {
    query: parts.get("q") ?? "",
    group: Object.hasOwn(groups, group) ? (group as Group) : "all",
    sort: Object.hasOwn(sortKeys, sort) ? (sort as SortKey) : firstChoice.sort,
    isDescending: parts.get("order") === "reversed",
  };
}
