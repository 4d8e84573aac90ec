/** The dialog before a stop and a hold. */

import type { Action } from "../model/offers.ts";
import type { Request } from "../source/types.ts";
import { type Child, h } from "./dom.ts";

/** `undefined` when it was cancelled. */
export function askFirst(action: Action, silo: string): Promise<Request | undefined> {
  const reason = h("input", {
    id: "reason",
    name: "reason",
    autocomplete: "off",
    maxlength: "200",
    placeholder: "Optional",
  });
  const span = h(
    "select",
    { id: "span" },
    ...["1h", "2h", "4h", "8h", "24h"].map((time) =>
      h("option", { value: time, selected: time === "2h" }, time.replace("h", " h")),
    ),
  );
  const isStop = action === "stop";
  const dialog = h(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    h(
      "form",
      { class: "dialog" },
      h("h2", { id: "dialog-title" }, isStop ? `Stop ${silo}?` : `Hold ${silo} awake`),
      h("p", { class: "quiet" }, isStop ? whatStops : whatHolds),
      ...(isStop ? [] : [field("span", "For", span)]),
      field("reason", "Reason", reason),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", "data-role": "cancel" }, "Cancel"),
        h(
          "button",
          { type: "submit", class: isStop ? "danger" : "main" },
          isStop ? "Stop" : "Hold",
        ),
      ),
    ),
  );
  return new Promise((resolve) => {
    const end = (request?: Request) => {
      resolve(request);
      dialog.close();
    };
    dialog.addEventListener("close", () => {
      resolve(undefined);
      dialog.remove();
    });
    dialog.querySelector("[data-role=cancel]")?.addEventListener("click", () => end());
    dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const why = reason.value.trim();
      end({ silo, ...(why !== "" && { reason: why }), ...(!isStop && { for: span.value }) });
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const whatStops =
  "Connection info is withdrawn first, then all machines stop. Volumes and keys are kept; no request wakes it.";
const whatHolds = "It is not stopped for idleness meanwhile.";

const field = (id: string, label: string, input: Child) =>
  h("div", { class: "field" }, h("label", { for: id }, label), input);
