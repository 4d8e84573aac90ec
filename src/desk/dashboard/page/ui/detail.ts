/** One silo. */

import type { SiloStatus } from "#silo/status.generated.ts";
import { conditionOf } from "../model/condition.ts";
import type { CostParts } from "../model/cost.ts";
import type { Entry } from "../model/fleet.ts";
import { type Action, offersOf } from "../model/offers.ts";
import { type Operation, operationText } from "../model/operation.ts";
import { timerOf } from "../model/timer.ts";
import { instant, spanText } from "../model/words.ts";
import { type Child, h } from "./dom.ts";
import { none, outside, pill } from "./pieces.ts";
import {
  costSection,
  holdsSection,
  idleSection,
  keysSection,
  pendingSection,
  receiptSection,
  servicesSection,
  timelineSection,
} from "./sections.ts";

export interface Detail {
  readonly entry: Entry;
  readonly at: number;
  readonly now: number;
  readonly cost: CostParts | undefined;
  readonly operation: Operation | undefined;
  /** Why the last thing that was asked for was refused. */
  readonly refusal: string | undefined;
  /** Back to the list as it was. */
  readonly back: string;
}

export function detailView(detail: Detail): HTMLElement {
  const { entry, operation, refusal, back } = detail;
  const { status } = entry;
  return h(
    "article",
    { class: "silo", "data-silo": entry.silo },
    h("a", { href: back, class: "back" }, "All silos"),
    h(
      "header",
      { class: "title" },
      h(
        "div",
        {},
        h("h1", { id: "silo-name", tabindex: "-1" }, entry.silo),
        h("p", { class: "quiet" }, summaryOf(detail)),
      ),
      pill(conditionOf(entry)),
      actionsOf(entry, operation),
    ),
    refusal !== undefined &&
      h("p", { class: "notice bad", role: "alert", "data-key": "refusal" }, refusal),
    operation && operationView(operation),
    ...(status ? [...notices(status, detail.now), sections(status, detail)] : [unknown(entry)]),
  );
}

const unknown = ({ isUnreadable }: Entry) =>
  none(
    isUnreadable
      ? "Its status is not as silo-manager writes it. If the desk was updated, reload this page; `silo status` reads the silo itself."
      : "No run has noted anything of it yet.",
  );

function summaryOf({ entry, now }: Detail): string {
  const { status, owner, spec } = entry;
  const started = instant(status?.devenv.last_started_at);
  const stopped = instant(status?.devenv.last_stopped_at);
  const phase = status?.overall_status;
  const isUp = phase === "running" || phase === "degraded";
  const since = isUp
    ? started && `up for ${spanText(now - started)}`
    : phase === "stopped" && stopped && `stopped for ${spanText(now - stopped)}`;
  return [status?.silo_id, status?.devenv.fly_region ?? spec?.region, owner, since]
    .filter(Boolean)
    .join(" · ");
}

const labels: Readonly<Record<Action, string>> = {
  ...{ start: "Start", stop: "Stop…", hold: "Hold…", release: "Release" },
};

function actionsOf(entry: Entry, operation: Operation | undefined): Child {
  const offers = offersOf(entry);
  if (offers.length === 0) return undefined;
  const isBusy = operation?.state === "running";
  return h(
    "div",
    { class: "actions", role: "group", "aria-label": `Actions on ${entry.silo}` },
    ...offers.map((action) =>
      h(
        "button",
        {
          type: "button",
          "data-action": action,
          "data-key": action,
          class: action === "start" ? "main" : action,
          disabled: isBusy,
        },
        labels[action],
      ),
    ),
  );
}

function operationView(operation: Operation): HTMLElement {
  const tone = { running: "busy", succeeded: "good", failed: "bad", overdue: "warn" } as const;
  return h(
    "p",
    { class: `notice ${tone[operation.state]}`, "data-key": "operation" },
    operationText(operation),
    operation.runUrl !== null && h("span", {}, " · ", outside(operation.runUrl, "The run")),
  );
}

function notices({ last_error: error, degraded, devenv }: SiloStatus, now: number): HTMLElement[] {
  const notice = (key: string, tone: string, ...text: Child[]) =>
    h("p", { class: `notice ${tone}`, "data-key": key }, ...text);
  const ends = instant(devenv.expires_at);
  const open = { permissive: "to every signed-in user", disabled: "to whoever has the public key" };
  return [
    ...(error
      ? [notice("error", "bad", error.message, error.fix ? h("span", {}, ` ${error.fix}`) : false)]
      : []),
    ...(degraded
      ? [notice("degraded", "warn", `These services failed: ${degraded.services.join(", ")}`)]
      : []),
    ...(devenv.rls_mode === "permissive" || devenv.rls_mode === "disabled"
      ? [notice("rls", "warn", `Its data are open ${open[devenv.rls_mode]}`)]
      : []),
    ...(ends !== undefined && ends - now < 7 * 86_400_000
      ? [notice("expiry", "warn", ends > now ? `Expires in ${spanText(ends - now)}` : "Expired")]
      : []),
  ];
}

/** Two columns where there is room: what it is now, and how it came to be so. */
function sections(status: SiloStatus, { entry, at, now, cost }: Detail): HTMLElement {
  const present = (parts: readonly (HTMLElement | undefined)[]) => parts.filter((part) => part);
  return h(
    "div",
    { class: "columns" },
    h(
      "div",
      { class: "column" },
      ...present([
        servicesSection(status),
        pendingSection(status),
        idleSection(status, timerOf(entry, at, now).text),
        holdsSection(status, now),
        keysSection(status, now),
      ]),
    ),
    h(
      "div",
      { class: "column" },
      timelineSection(status, now),
      costSection(status, cost),
      receiptSection(status, now),
    ),
  );
}
