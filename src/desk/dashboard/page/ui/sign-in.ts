/** Asks for the token that the desk wants. */

import { h } from "./dom.ts";

export function signInView(why: string | undefined, enter: (token: string) => void): HTMLElement {
  const input = h("input", {
    type: "password",
    id: "token",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": why === undefined ? "token-note" : "token-note token-wrong",
  });
  const form = h(
    "form",
    { class: "card sign-in" },
    h("h1", {}, "Service Desk"),
    h("div", { class: "field" }, h("label", { for: "token" }, "Token"), input),
    h(
      "p",
      { class: "quiet", id: "token-note" },
      "Made by whoever runs this desk. It stays in this tab and is forgotten when you close it.",
    ),
    why !== undefined && h("p", { class: "notice bad", role: "alert", id: "token-wrong" }, why),
    h("div", { class: "actions" }, h("button", { type: "submit", class: "main" }, "Sign in")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const token = input.value.trim();
    if (token !== "") enter(token);
  });
  return form;
}
