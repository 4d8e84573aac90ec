/** The parts of one silo's page. */

import type { ServiceState, SiloStatus } from "#silo/status.generated.ts";
import type { Tone } from "../model/condition.ts";
import type { CostParts } from "../model/cost.ts";
import { timelineOf } from "../model/timeline.ts";
import { countText, instant, spanText, timeText, usdText, wholeUsdText } from "../model/words.ts";
import { h } from "./dom.ts";
import { ago, facts, mark, none, outside, section, table } from "./pieces.ts";

const healthTone: Readonly<Record<ServiceState["health"], Tone>> = {
  ...{ passing: "good", warning: "warn", critical: "bad", unknown: "off" },
};

export function servicesSection({ services }: SiloStatus): HTMLElement {
  const rows = Object.entries(services).map(([name, service]) => [
    name,
    h("span", { class: "state" }, mark(toneOf(service)), stateText(service)),
    measured(service.cpu_percent, (value) => `${value} %`),
    measured(service.memory_mb, (value) => `${Math.round(value)} MB`),
    measured(service.uptime_seconds, (value) => spanText(value * 1_000)),
    h("span", { class: "code" }, service.image ?? "–"),
  ]);
  return section(
    "services",
    "Services",
    table("services", "Services", ["Service", "Health", "CPU", "Memory", "Up for", "Image"], rows),
  );
}

/** What does not run has no health. */
const toneOf = ({ status, health }: ServiceState): Tone =>
  status === "started" ? healthTone[health] : "off";

const stateText = ({ status, health }: ServiceState) =>
  status === "started" ? (health === "unknown" ? "started" : health) : status;

const measured = (value: number | null | undefined, words: (value: number) => string) =>
  value === null || value === undefined ? "–" : words(value);

export function timelineSection(status: SiloStatus, now: number): HTMLElement {
  const events = timelineOf(status);
  return section(
    "timeline",
    "Timeline",
    events.length === 0
      ? none("Nothing is known to have happened")
      : h(
          "ol",
          { class: "timeline" },
          ...events.map(({ at, text, tone }) =>
            h(
              "li",
              { class: at > now ? "future" : "past" },
              mark(tone),
              h("span", { class: "what" }, text),
              ago(at, now),
            ),
          ),
        ),
  );
}

export function idleSection({ idle }: SiloStatus, timer: string): HTMLElement {
  const { inactivity_seconds: unused } = idle;
  return section(
    "idle",
    "Idleness",
    facts([
      ["Last decision", idle.decision],
      ["Not used for", unused === null ? "not known" : spanText(unused * 1_000)],
      ["Timer", timer],
    ]),
    h("h3", {}, "Evidence"),
    idle.evidence.length === 0
      ? none("None was noted")
      : h("ul", { class: "plain" }, ...idle.evidence.map((one) => h("li", {}, one))),
  );
}

export function holdsSection({ holds }: SiloStatus, now: number): HTMLElement | undefined {
  if (holds.length === 0) return undefined;
  return section(
    "holds",
    "Holds",
    h(
      "ul",
      { class: "plain" },
      ...holds.map(({ by, until, reason }) => {
        const end = instant(until);
        const why = reason === "" ? "" : `: ${reason}`;
        return h("li", {}, `${by}${why}, ends `, end === undefined ? "–" : ago(end, now));
      }),
    ),
  );
}

export function pendingSection({ pending }: SiloStatus): HTMLElement | undefined {
  if (pending.length === 0) return undefined;
  const items = pending.map(({ text }) => h("li", {}, text));
  return section("pending", "Waits for the next start", h("ul", { class: "plain" }, ...items));
}

export function keysSection({ keys, devenv }: SiloStatus, now: number): HTMLElement {
  const rows = Object.entries(keys).map(([place, { generation, proven_at }]) => {
    const at = instant(proven_at);
    return [place, String(generation), at === undefined ? "–" : ago(at, now)];
  });
  return section(
    "keys",
    "Keys",
    facts([["Generation in use", String(devenv.generation)]]),
    rows.length === 0
      ? none("They are handed to nobody")
      : table("keys", "Who has which keys", ["Place", "Generation", "Proven"], rows),
  );
}

export function receiptSection({ receipt }: SiloStatus, now: number): HTMLElement {
  if (!receipt) return section("receipt", "Last run", none("No receipt is known"));
  const at = Date.parse(receipt.at);
  return section(
    "receipt",
    "Last run",
    facts(
      [
        ["Command", receipt.command],
        ["Result", receipt.result],
        ["Ended", timeText(at, now)],
        ["Plan", h("span", { class: "code" }, receipt.plan_digest)],
        ["Commit", receipt.commit && h("span", { class: "code" }, receipt.commit.slice(0, 12))],
        ["Run", receipt.run_url && outside(receipt.run_url, "On GitHub")],
      ].flatMap(([name, value]) => (value ? [[String(name), value] as const] : [])),
    ),
    h(
      "details",
      {},
      h("summary", {}, countText(receipt.changes.length, "change")),
      h("ul", { class: "plain" }, ...receipt.changes.map((change) => h("li", {}, change))),
    ),
  );
}

export function costSection({ cost }: SiloStatus, parts: CostParts | undefined): HTMLElement {
  const money = (value: number | null | undefined, words = wholeUsdText) =>
    value === null || value === undefined ? undefined : words(value);
  const amounts = [
    ["This month", money(cost.month_to_date_usd)],
    ["An hour now", money(cost.hourly_usd, usdText)],
    ["Awake in 30 days", cost.awake_hours_30d === null ? undefined : `${cost.awake_hours_30d} h`],
    ["A month, always on", money(parts?.monthlyAlwaysOnUsd)],
    ["A month, stopped", money(parts?.monthlyStoppedUsd)],
  ].flatMap(([name, value]) => (value ? [[String(name), value] as const] : []));
  return section(
    "cost",
    "Cost",
    facts(amounts),
    parts &&
      h(
        "details",
        {},
        h("summary", {}, "By its parts"),
        table(
          "parts",
          "Parts of the cost of a month",
          ["Service", "Part", "Size", "A month"],
          parts.lines.map(({ service, item, what, monthlyUsd }) => [
            ...[service, item, what],
            wholeUsdText(monthlyUsd),
          ]),
        ),
        none(`Prices of ${parts.pricesAsOf}`),
      ),
  );
}
