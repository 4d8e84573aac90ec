/** At the top: how fresh the page is, and who reads it. */

import { timeText } from "../model/words.ts";
import type { Link, Me } from "../source/types.ts";
import { h } from "./dom.ts";
import { mark } from "./pieces.ts";

export interface Standing {
  readonly link: Link;
  /** When the data were observed. */
  readonly at: number | undefined;
  readonly now: number;
  readonly me: Me | undefined;
  readonly isSignedIn: boolean;
}

export function standingView({ link, at, now, me, isSignedIn }: Standing): HTMLElement {
  const time = at === undefined ? "" : timeText(at, now);
  return h(
    "div",
    { class: "standing", id: "standing" },
    h("span", { class: "link", "data-link": link.state }, mark(toneOf(link)), wordsOf(link, time)),
    me && h("span", { class: "me" }, `${me.name}, ${me.role}`),
    isSignedIn && h("button", { type: "button", "data-role": "sign-out" }, "Sign out"),
  );
}

const toneOf = ({ state }: Link) =>
  state === "live" ? "good" : state === "lost" || state === "locked" ? "bad" : "off";

function wordsOf(link: Link, time: string): string {
  switch (link.state) {
    case "waiting":
      return "Loading";
    case "live":
      return "Live";
    case "polling":
      return "Every 15 s";
    case "snapshot":
      return `As of ${time}`;
    case "lost":
      return time === "" ? link.why : `${link.why}; as of ${time}`;
    case "locked":
      return "Signed out";
  }
}
