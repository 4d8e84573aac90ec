/** The static page in a browser: what it looks like, whom it can be read by, how quick it is. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aFleet } from "../support/a-fleet.ts";
import { accessibilityFaults, openBrowser, openTab } from "./a-browser.ts";
import { publish, type Site, serve } from "./static-site.ts";

/** `SILO_SCREENSHOTS=docs/screenshots npm run test:browser` makes those of the documents anew. */
const kept = process.env.SILO_SCREENSHOTS;
const shots = kept ?? mkdtempSync(join(tmpdir(), "silo-screenshots-"));
const sizes = [1, 20, 1_000] as const;
const looks = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, isMobile: true },
} as const;
type Look = keyof typeof looks;

let browser: Browser;
const sites = new Map<number, Site>();

beforeAll(async () => {
  browser = await openBrowser();
  for (const size of sizes) sites.set(size, await serve(await publish(aFleet(size))));
});

afterAll(async () => {
  await browser?.close();
  for (const site of sites.values()) await site.close();
  if (kept === undefined) rmSync(shots, { recursive: true });
});

const urlOf = (size: number) => sites.get(size)?.url ?? "";

describe.each(Object.keys(looks) as Look[])("%s", (look) => {
  test.each(sizes)("shows %i silos, as its picture in docs does", async (size) => {
    const { page, complaints, close } = await openTab(browser, looks[look]);
    await page.goto(urlOf(size));
    await page
      .locator("tbody tr")
      .nth(size - 1)
      .waitFor({ state: "attached" });
    await shoot(page, `dashboard-${size}-${look}`);
    // The lines are alike: a thousand of them take axe a minute and tell it nothing new.
    if (size < 1_000) expect(await accessibilityFaults(page)).toEqual([]);
    expect(await widerThanWindow(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test("shows one silo that is in trouble", async () => {
    const { page, complaints, close } = await openTab(browser, looks[look]);
    await page.goto(`${urlOf(20)}#/bolt-erp`);
    await page.getByText("By its parts").click();
    await shoot(page, `dashboard-silo-${look}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await widerThanWindow(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

type Page = Awaited<ReturnType<typeof openTab>>["page"];

async function shoot(page: Page, name: string): Promise<void> {
  const path = join(shots, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  expect(statSync(path).size).toBeLessThan(200_000);
}

const widerThanWindow = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 100))`);
