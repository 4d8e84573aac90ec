/** What a checkout may hold in the place of specs, on a real disk; and how much of it. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeFiles } from "#edge/node-effects.ts";
import { loadSilos } from "#spec/load-silos.ts";
import type { Files } from "#world/effects.ts";
import { goodSpec, inShort, load } from "../spec/a-spec.ts";
import { tally } from "./budget.ts";

const cases = tally("checkouts");
let folder: string;
let silos: string;

beforeEach(() => {
  cases.count();
  folder = mkdtempSync(join(tmpdir(), "silo-checkout-"));
  silos = join(folder, "silos");
  mkdirSync(silos);
  writeFileSync(join(folder, "outside.yml"), goodSpec);
  writeFileSync(join(folder, "silo.config.yml"), "manager_id: silo-manager\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (files: Files = nodeFiles) => {
  const configFile = join(folder, "silo.config.yml");
  const loaded = loadSilos(files, { silosDir: silos, configFile, now: 0 });
  return { ...loaded, short: inShort(loaded).map((line) => line.replaceAll(`${folder}/`, "")) };
};

test("a link in the place of a spec is not followed", () => {
  symlinkSync("../outside.yml", join(silos, "acme-erp.yml"));
  expect(read()).toMatchObject({
    silos: [],
    complete: false,
    short: ["silos/acme-erp.yml:1:1 error SYMLINK"],
  });
});

test("a folder that is named as a spec is none", () => {
  mkdirSync(join(silos, "acme-erp.yml"));
  expect(read().silos).toEqual([]);
});

/** Somebody changes the file after it was listed, before it is read. */
const racing = (change: () => void): Files => ({
  ...nodeFiles,
  readStart: (path, bytes) => {
    if (path.endsWith("acme-erp.yml")) change();
    return nodeFiles.readStart(path, bytes);
  },
});

test("a file that becomes a link before it is read is not followed", () => {
  const path = join(silos, "acme-erp.yml");
  writeFileSync(path, goodSpec);
  const files = racing(() => {
    unlinkSync(path);
    symlinkSync("../outside.yml", path);
  });
  expect(read(files)).toMatchObject({
    silos: [],
    complete: false,
    short: ["silos/acme-erp.yml:1:1 error UNREADABLE"],
  });
});

test("a file that goes, or becomes a folder, before it is read is unreadable", () => {
  const path = join(silos, "acme-erp.yml");
  for (const instead of [() => undefined, () => mkdirSync(path)]) {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, goodSpec);
    const files = racing(() => {
      unlinkSync(path);
      instead();
    });
    expect(read(files).short).toEqual(["silos/acme-erp.yml:1:1 error UNREADABLE"]);
  }
});

test("of a file that is far too large no more is read than shows it", () => {
  writeFileSync(join(silos, "acme-erp.yml"), `${goodSpec}#${"x".repeat(50_000_000)}\n`);
  const before = process.memoryUsage().rss;
  expect(read().short).toEqual(["silos/acme-erp.yml:1:1 error FILE_TOO_LARGE"]);
  expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
});

test("names aimed at paths, shells and logs are findings of that file", () => {
  const names = [
    "..yml",
    "$(id).yml",
    "-rf.yml",
    "a b.yml",
    "::error::x.yml",
    "\u001b[2J.yml",
    "acme-erp\n.yml",
  ];
  for (const name of names) writeFileSync(join(silos, name), goodSpec);
  const { silos: loaded, findings } = read();
  expect(loaded).toEqual([]);
  const misnamed = findings.filter(({ code }) => code === "FILE_NAME").map(({ file }) => file);
  // What begins with a dot is git's and editors'.
  const due = names.filter((name) => !name.startsWith(".")).map((name) => join(silos, name));
  expect(misnamed.sort()).toEqual(due.sort());
});

test("ten thousand files, all of them wrong, take seconds and little memory", () => {
  const wrong = `${goodSpec}  auto_stop_minutes: 3\n`;
  const files = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => {
      const text = wrong.replace("app_slug: erp", `app_slug: a${index}`).replace("001", `${index}`);
      return [`silos/acme-a${index}.yml`, text];
    }),
  );
  const before = process.memoryUsage().rss;
  const { findings, silos: loaded } = load(files);
  expect(loaded).toEqual([]);
  expect(findings).toHaveLength(10_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(600_000_000);
});
