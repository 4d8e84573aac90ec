/** Debian's Chromium, and a page in it whose clock stands at the time of the fleet. */

import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { fleetTime } from "../support/a-fleet.ts";

const executablePath = process.env.SILO_CHROMIUM ?? "/usr/bin/chromium";

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ["--no-sandbox", "--force-color-profile=srgb"] });

export interface Tab {
  readonly page: Page;
  /** What the page, its policy and its scripts complained of. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openTab(
  browser: Browser,
  { at = fleetTime, ...options }: BrowserContextOptions & { readonly at?: number | "now" } = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  if (at !== "now") await page.clock.setFixedTime(at);
  return { page, complaints, close: () => context.close() };
}

/** What axe-core finds, one line each: everything it knows, best practices included. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // In the page's own world, by the debugger, which no policy of the page binds.
  await page.evaluate(axe.source);
  const found = (await page.evaluate("axe.run(document)")) as {
    readonly violations: readonly {
      readonly id: string;
      readonly help: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  };
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`,
  );
}
