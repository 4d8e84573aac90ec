/** The dashboard of a desk beside the local cloud: clicked, for real. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { type ADesk, aDesk, tokenOf, tokensYaml } from "../support/a-desk.ts";
import { specText } from "../support/spec-text.ts";
import { accessibilityFaults, openBrowser, openTab, type Tab } from "./a-browser.ts";

let browser: Browser;
let cloud: Cloud;
let desk: ADesk;

beforeAll(async () => {
  browser = await openBrowser();
  cloud = aCloud({
    files: {
      "silos/acme-erp.yml": specText(),
      "silos/acme-crm.yml": specText({ app: "crm" }),
      "silo.config.yml": `desk:\n${tokensYaml([
        { name: "ops", role: "devops" },
        { name: "dev", role: "dev-worker", silos: ["acme-erp"] },
      ])}`,
    },
  });
  const run = await cloud.run("apply");
  expect(run.exitCode, run.stderr).toBe(0);
  desk = await aDesk(cloud);
});
afterAll(async () => {
  await desk?.close();
  await browser?.close();
});

async function signedIn(as: string): Promise<Tab> {
  const tab = await openTab(browser, { at: "now" });
  await tab.page.goto(desk.url);
  await tab.page.getByLabel("Token").fill(tokenOf(as));
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  await tab.page.getByRole("link", { name: "acme-erp" }).waitFor();
  return tab;
}

const phaseOf = async (silo: string) => {
  const run = await cloud.run(`status ${silo} --format json`);
  return (JSON.parse(run.stdout) as { overall_status: string }).overall_status;
};

test("a token is asked for, once; a wrong one is said to be wrong", async () => {
  const { page, close } = await openTab(browser, { at: "now" });
  const answer = await page.goto(desk.url);
  expect(answer?.headers()["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
  );
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel("Token").fill(tokenOf("nobody"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Token").fill(tokenOf("ops"));
  await page.keyboard.press("Enter");
  await page.getByText("ops, devops").waitFor();
  await page.reload();
  await page.getByText("ops, devops").waitFor();
  expect(await page.evaluate("[localStorage.length, document.cookie]")).toEqual([0, ""]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token").waitFor();
  expect(await page.evaluate("sessionStorage.length")).toBe(0);
  await close();
});

test("devops stops a silo after a question, and starts it; the list follows by itself", async () => {
  const watcher = await signedIn("dev");
  await watcher.page.getByText("Live").waitFor();
  const { page, complaints, close } = await signedIn("ops");
  await page.getByRole("link", { name: "acme-erp" }).click();
  await page.getByRole("button", { name: "Stop…" }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  expect(await phaseOf("acme-erp")).toBe("running");

  await page.getByRole("button", { name: "Stop…" }).click();
  await page.getByLabel("Reason").fill("lunch");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("Stop of acme-erp is done").first().waitFor({ timeout: 40_000 });
  expect(await phaseOf("acme-erp")).toBe("stopped");
  await watcher.page.getByRole("row", { name: /acme-erp.*Stopped/ }).waitFor({ timeout: 30_000 });

  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("Start of acme-erp is done").first().waitFor({ timeout: 40_000 });
  expect(await phaseOf("acme-erp")).toBe("running");
  await watcher.page.getByRole("row", { name: /acme-erp.*Running/ }).waitFor({ timeout: 30_000 });
  expect([...complaints, ...watcher.complaints]).toEqual([]);
  await watcher.close();
  await close();
}, 150_000);

test("a dev-worker sees its own silo only, and is offered a hold and no stop", async () => {
  const { page, close } = await signedIn("dev");
  expect(await page.locator("tbody tr").count()).toBe(1);
  await page.getByRole("link", { name: "acme-erp" }).click();
  await page.getByRole("button", { name: "Hold…" }).click();
  expect(await page.getByRole("button", { name: "Stop…" }).count()).toBe(0);
  await page.getByLabel("For").selectOption("4h");
  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await page.getByText("Hold of acme-erp is done").first().waitFor({ timeout: 40_000 });
  expect((await cloud.run("status acme-erp --format json")).stdout).toContain('"until"');
  await close();
});

test("without the stream it asks again and again; without the desk it says so", async () => {
  const { page, close } = await openTab(browser, { at: "now" });
  await page.route("**/v1/events", (route) => route.abort());
  await page.goto(desk.url);
  await page.getByLabel("Token").fill(tokenOf("ops"));
  await page.keyboard.press("Enter");
  await page.getByText("Every 15 s").waitFor();
  await page.route("**/v1/silos", (route) => route.abort());
  await page.getByText("The server cannot be reached; as of").waitFor({ timeout: 20_000 });
  expect(await page.locator("tbody tr").count()).toBe(2);
  await close();
});
