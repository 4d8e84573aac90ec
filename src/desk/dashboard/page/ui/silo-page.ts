/** The page of one silo: what is read for it alone, and what is asked for. */

import type { SiloStatus } from "#silo/status.generated.ts";
import type { Browser } from "../browser.ts";
import type { CostParts } from "../model/cost.ts";
import type { Entry } from "../model/fleet.ts";
import type { Action } from "../model/offers.ts";
import { type Operation, operationText } from "../model/operation.ts";
import { messageOf } from "../source/answer.ts";
import type { Source } from "../source/types.ts";
import { askFirst } from "./ask-first.ts";
import { detailView } from "./detail.ts";
import { h, morph } from "./dom.ts";

export interface SiloPage {
  show(into: HTMLElement, slug: string, entry: Entry | undefined, at: number, now: number): void;
  /** There is news of the fleet. */
  refresh(): void;
}

interface Surroundings {
  readonly browser: Browser;
  draw(): void;
  announce(text: string): void;
  back(): string;
  source(): Source | undefined;
}

/** What is known of the silo that is shown, beyond the list. */
interface Known {
  readonly silo: string;
  status?: SiloStatus | "unreadable" | undefined;
  cost?: CostParts | undefined;
  operation?: Operation;
  refusal?: string;
}

const followMs = 2_000;

export function createSiloPage(around: Surroundings): SiloPage {
  let known: Known | undefined;
  const element = h("div", {});
  element.addEventListener("click", ({ target }) => {
    const action = target instanceof Element && target.closest("button")?.dataset.action;
    if (action && known) void perform(around, known, action as Action);
  });
  return {
    refresh() {
      if (known) readAll(around, known);
    },
    show(into, silo, entry, at, now) {
      if (known?.silo !== silo) {
        known = { silo };
        element.replaceChildren();
        readAll(around, known);
      }
      const { cost, status, operation, refusal } = known;
      const back = around.back();
      const view = entry
        ? detailView({
            ...{ at, now, cost, operation, refusal, back },
            entry: withStatus(entry, status),
          })
        : missing(silo, back);
      morph(element, h("div", {}, view));
      if (into.firstElementChild !== element) into.replaceChildren(element);
    },
  };
}

/** With more than the list knew; where there never was a status, nothing is wrong with it. */
function withStatus(entry: Entry, status: Known["status"]): Entry {
  if (status === undefined || (status === "unreadable" && entry.status === null)) return entry;
  if (status === "unreadable") return { ...entry, status: null, isUnreadable: true };
  return { ...entry, status, isUnreadable: false };
}

function readAll({ source, draw }: Surroundings, about: Known): void {
  const from = source();
  if (!from) return;
  const keep = (part: Partial<Known>) => {
    Object.assign(about, part);
    draw();
  };
  from.status(about.silo).then(
    (status) => keep({ status: status ?? "unreadable" }),
    // The list's own is shown.
    () => keep({ status: undefined }),
  );
  if (about.cost) return;
  from.cost(about.silo).then(
    (cost) => keep({ cost }),
    () => undefined,
  );
}

async function perform(around: Surroundings, about: Known, action: Action): Promise<void> {
  const desk = around.source()?.desk;
  if (!desk) return;
  const { silo } = about;
  const needsMore = action === "stop" || action === "hold";
  const request = needsMore ? await askFirst(action, silo) : { silo };
  if (!request) return;
  const tell = (operation: Operation) => {
    about.operation = operation;
    around.announce(operationText(operation));
    around.draw();
  };
  delete about.refusal;
  try {
    let operation = await desk.ask(action, request);
    tell(operation);
    while (operation.state === "running") {
      await around.browser.sleep(followMs, new AbortController().signal);
      operation = await desk.operation(operation.id);
      if (operation.state !== "running") tell(operation);
    }
  } catch (error) {
    about.refusal = messageOf(error);
  }
  readAll(around, about);
  around.draw();
}

const missing = (silo: string, back: string) =>
  h(
    "article",
    { class: "silo" },
    h("a", { href: back, class: "back" }, "All silos"),
    h("h1", { id: "silo-name", tabindex: "-1" }, silo),
    h("p", { class: "quiet" }, "There is no such silo, or it is not yours."),
  );
