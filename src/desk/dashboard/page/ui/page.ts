/** The whole page: which view is shown, and what the reader does with it. */

import type { Browser } from "../browser.ts";
import { type Choice, choiceFromHash, choiceToHash } from "../model/choose.ts";
import { rowOf } from "../model/row.ts";
import type { Source } from "../source/types.ts";
import { morph } from "./dom.ts";
import { createList, type List } from "./list.ts";
import { noSession, openSession, type Session } from "./session.ts";
import { signInView } from "./sign-in.ts";
import { createSiloPage, type SiloPage } from "./silo-page.ts";
import { standingView } from "./standing.ts";

export interface Start {
  readonly browser: Browser;
  readonly needsToken: boolean;
  sourceFor(token: string): Source;
}

interface Page extends Start {
  session: Session;
  choice: Choice;
  readonly list: List;
  readonly silo: SiloPage;
  shown: "list" | "silo" | "sign-in" | undefined;
  lastSilo: string | undefined;
  /** How far the list was scrolled when it was left. */
  scrolled: number;
  /** Draws before the next frame. */
  later(): void;
}

/** Ages and timers go on without news. */
const tickMs = 20_000;

export function startPage(start: Start): void {
  const { browser, needsToken } = start;
  const page: Page = {
    ...start,
    session: noSession(),
    choice: choiceFromHash(location.hash),
    list: createList((change) => choose(page, change)),
    silo: createSiloPage({
      browser,
      announce,
      draw: () => page.later(),
      back: () => choiceToHash(page.choice),
      source: () => page.session.source,
    }),
    ...{ shown: undefined, lastSilo: undefined, scrolled: 0 },
    later: onceAFrame(browser, () => draw(page)),
  };
  listen(page);
  const token = browser.token.get();
  if (!needsToken || token) connect(page, token ?? "");
  else draw(page);
  void tick(page);
}

function listen(page: Page): void {
  byId("standing").addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-role=sign-out]")) signOut(page);
  });
  addEventListener("hashchange", () => {
    if (location.hash === "#main") return;
    if (!siloIn(location.hash)) page.choice = choiceFromHash(location.hash);
    page.later();
  });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || page.shown !== "silo" || document.querySelector("dialog")) return;
    location.hash = choiceToHash(page.choice);
  });
}

function choose(page: Page, change: Partial<Choice>): void {
  page.choice = { ...page.choice, ...change };
  // A letter typed into the search is no page of its own to go back to.
  history.replaceState(null, "", choiceToHash(page.choice));
  announce(drawList(page));
}

function connect(page: Page, token: string): void {
  page.session.stop.abort();
  page.session = openSession(page.sourceFor(token), {
    changed: page.later,
    fleet(text) {
      announce(text);
      page.silo.refresh();
      page.later();
    },
  });
  page.later();
}

function signOut(page: Page): void {
  page.browser.token.set(undefined);
  page.session.stop.abort();
  page.session = noSession();
  page.later();
}

function draw(page: Page): void {
  const { session, needsToken } = page;
  const { link, me, fleet, source } = session;
  const isLocked = needsToken && (source === undefined || link.state === "locked");
  const now = page.browser.now();
  const isSignedIn = needsToken && !isLocked;
  morph(byId("standing"), standingView({ link, at: fleet?.at, now, me, isSignedIn }));
  const slug = siloIn(location.hash);
  if (isLocked) drawSignIn(page);
  else if (slug !== undefined && fleet) drawSilo(page, slug);
  else drawList(page);
}

function drawSignIn(page: Page): void {
  const { link } = page.session;
  if (page.shown === "sign-in" && link.state !== "locked") return;
  const why = link.state === "locked" ? link.why : undefined;
  if (why !== undefined) signOut(page);
  const view = signInView(why, (token) => {
    page.browser.token.set(token);
    connect(page, token);
  });
  byId("main").replaceChildren(view);
  page.shown = "sign-in";
  document.title = "Sign in · Silos";
  byId("token").focus();
}

/** Gives how many are shown, in words. */
function drawList(page: Page): string {
  const { list, session, choice, browser } = page;
  const { fleet } = session;
  const now = browser.now();
  const rows = (fleet?.entries ?? []).map((entry) => rowOf(entry, fleet?.at ?? now, now));
  const text = list.update(fleet && rows, choice);
  document.title = "Silos";
  if (page.shown === "list") return text;
  byId("main").replaceChildren(list.element);
  if (page.shown === "silo" && page.lastSilo) {
    list.focus(page.lastSilo);
    scrollTo(0, page.scrolled);
  }
  page.shown = "list";
  return text;
}

function drawSilo(page: Page, slug: string): void {
  const { fleet } = page.session;
  const now = page.browser.now();
  const isNew = page.shown !== "silo" || page.lastSilo !== slug;
  if (page.shown === "list") page.scrolled = scrollY;
  const entry = fleet?.entries.find(({ silo }) => silo === slug);
  page.silo.show(byId("main"), slug, entry, fleet?.at ?? now, now);
  document.title = `${slug} · Silos`;
  page.shown = "silo";
  page.lastSilo = slug;
  if (!isNew) return;
  scrollTo(0, 0);
  document.getElementById("silo-name")?.focus();
}

async function tick({ browser, later }: Page): Promise<never> {
  const never = new AbortController().signal;
  for (;;) {
    await browser.sleep(tickMs, never);
    later();
  }
}

function onceAFrame({ nextFrame }: Browser, draw: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    nextFrame(() => {
      isDue = false;
      draw();
    });
  };
}

const siloIn = (hash: string): string | undefined => /^#\/([a-z][a-z0-9-]*)$/.exec(hash)?.[1];

function announce(text: string): void {
  if (text !== "") byId("said").textContent = text;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}
