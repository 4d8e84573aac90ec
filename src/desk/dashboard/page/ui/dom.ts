/** Elements from data. Text becomes text nodes, and nothing else; there is no way to give markup. */

import { plainText } from "#silo/plain-text.ts";

export type Child = Node | string | false | undefined | null;

type Attribute =
  | "class"
  | "id"
  | "href"
  | "type"
  | "role"
  | "value"
  | "max"
  | "scope"
  | "title"
  | "for"
  | "name"
  | "rel"
  | "hidden"
  | "disabled"
  | "selected"
  | "datetime"
  | "tabindex"
  | "placeholder"
  | "autocomplete"
  | "maxlength"
  | "required"
  | "spellcheck"
  | `aria-${string}`
  | `data-${string}`;
export type Attributes = Readonly<Partial<Record<Attribute, string | boolean | undefined>>>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === "href" && !isSafeLink(String(value))) continue;
    element.setAttribute(name, value === true ? "" : plainText(value));
  }
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    element.append(typeof child === "string" ? plainText(child) : child);
  }
}

/** Within the page, or https. */
export const isSafeLink = (href: string): boolean =>
  href.startsWith("#") || (URL.canParse(href) && new URL(href).protocol === "https:");

/**
 * Makes `old` as `fresh` is, with as few changes as needed: what has the focus, is selected or is
 * being read aloud stays. Children are told apart by `data-key`, or else by their place.
 */
export function morph(old: Element, fresh: Element): void {
  for (const { name } of [...old.attributes]) {
    // Whether it is open is the reader's choice.
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const keyed = new Map([...old.children].map((child) => [keyOf(child), child]));
  const all = [...fresh.childNodes];
  all.forEach((wanted, index) => {
    const there = old.childNodes[index];
    const match = (keyOf(wanted) && keyed.get(keyOf(wanted))) || there;
    if (!match || match.nodeName !== wanted.nodeName || keyOf(match) !== keyOf(wanted)) {
      old.insertBefore(wanted, there ?? null);
      return;
    }
    if (match !== there) old.insertBefore(match, there ?? null);
    if (match instanceof Element && wanted instanceof Element) morph(match, wanted);
    else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
  });
  while (old.childNodes.length > all.length && old.lastChild) old.lastChild.remove();
}

const keyOf = (node: Node): string | null =>
  node instanceof Element ? node.getAttribute("data-key") : null;
