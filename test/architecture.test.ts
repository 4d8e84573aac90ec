/**
 * What keeps the code in shape, and the proof that it does. The import table is
 * .dependency-cruiser.mjs, sizes and banned globals are rules of biome.json; here is what neither
 * can see, and a planted violation of each of their rules.
 */

import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "#commands/catalogue.ts";
import { deskCommands } from "#desk/catalogue.ts";
import { localCommands } from "#local/catalogue.ts";
import { impureCode } from "./support/impure-code.ts";
import { type PlantedTree, plantTree } from "./support/planted-tree.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const sources = globSync("src/**/*.ts", { cwd: root, exclude: ["**/*.d.ts"] }).sort();
const outer = /^src\/(edge\/|desk\/dashboard\/page\/browser\.ts$)/;
const inner = sources.filter((file) => !outer.test(file));

describe("the sources", () => {
  it("outside src/edge neither read the time nor roll dice, and hide no import", () => {
    const found = inner.flatMap((file) => impureCode(read(file)).map((text) => `${file}, ${text}`));
    expect(found).toEqual([]);
  });

  it("name no command of silo that does not exist", () => {
    const words = sources.flatMap((file) =>
      [...read(file).matchAll(/`silo ([a-z][a-z-]*)/g)].map(([, word]) => `${file}: ${word}`),
    );
    const known = new Set([...commands, ...deskCommands, ...localCommands].map(({ name }) => name));
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word) => !known.has(word.split(": ")[1] ?? ""))).toEqual([]);
  });

  it("and all other code are in files of at most 250 lines", () => {
    const others = globSync("{bench,scripts,test}/**/*.ts", { cwd: root });
    const long = [...sources, ...others]
      .filter((file) => !file.includes(".generated."))
      .map((file) => ({ file, lines: read(file).split("\n").length - 1 }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });

  it("do not silence the rules that keep them pure and small", () => {
    const silenced = /biome-ignore\S* lint.*(noRestricted|noExcessiveLines|noExplicitAny)/;
    expect(sources.filter((file) => silenced.test(read(file)))).toEqual([]);
  });

  it.skipIf(!existsSync(join(root, "README.md")))("have each folder in the README map", () => {
    const readme = read("README.md");
    const folders = readdirSync(join(root, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !readme.includes(`${folder}/`))).toEqual([]);
  });
});

it.each([
  "const t = Date.now();",
  "const t = new Date().toISOString();",
  "const t = Date();",
  "const f = () => Math.random() * 2;",
  'type T = import("#world/effects.ts").Clock;',
])("finds what is impure in `%s`", (source) => {
  expect(impureCode(`\n${source}`)).toEqual([expect.stringMatching(/^line 2: /)]);
});

it.each(["new Date(clock.now())", "Date.UTC(2026, 1)", "Math.max(1, 2)", '"Date.now()"'])(
  "lets `%s` pass",
  (source) => expect(impureCode(`export const x = ${source};`)).toEqual([]),
);

/** A package as the import table sees it. */
const packaged = (name: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: "1.0.0",
    main: "main.js",
  }),
  [`node_modules/${name}/main.js`]: "module.exports = {};",
});

const legal = {
  "src/cli.ts": 'import { run } from "#commands/run.ts";\nrun(process.argv);\n',
  "src/commands/run.ts":
    'import { name } from "#silo/name.ts";\nexport const run = (_: unknown) => name;\n',
  "src/silo/name.ts":
    'import { createHash } from "node:crypto";\nimport { part } from "./part.ts";\nexport const name = part + createHash("sha256").digest("hex");\n',
  "src/silo/part.ts": 'export const part = "a";\n',
  "src/world/port.ts": 'import type { name } from "#silo/name.ts";\nexport type P = typeof name;\n',
  "src/edge/node.ts":
    'import { readFileSync } from "node:fs";\nimport type { P } from "#world/port.ts";\nexport const now: () => P = () => String(Date.now()) + readFileSync("x") + setTimeout;\n',
};

const plantedImports: Readonly<Record<string, readonly [code: string, rule: string]>> = {
  "src/silo/a.ts": ['import "#world/port.ts";', "silo-imports"],
  "src/wire/a.ts": ['export type { P } from "#world/port.ts";', "wire-imports"],
  "src/clients/a.ts": ['import { run } from "#commands/run.ts"; run(1);', "clients-imports"],
  "src/emulators/a.ts": [
    'const lazy = { load: async () => (await import("#silo/part.ts")).part }; export { lazy };',
    "emulators-imports",
  ],
  "src/world/a.ts": [
    'import { part } from "#silo/part.ts"; export const p = part;',
    "world-sees-only-types-of-silo",
  ],
  "src/attic/a.ts": ['import { part } from "#silo/part.ts"; part;', "folder-in-the-table"],
  "src/attic/b.ts": ['export * from "../cli.ts";', "nobody-imports-cli"],
  "src/services/a.ts": [
    'import { part } from "../silo/part.ts"; part;',
    "other-folders-by-subpath",
  ],
  "src/silo/b.ts": ['import { part } from "#silo/part.ts"; part;', "own-folder-relatively"],
  "src/silo/c.ts": ['import type { D } from "./d.ts"; export type C = D;', "no-cycles"],
  "src/silo/e.ts": ["export const alone = 1;", "no-orphans"],
  "src/silo/f.ts": ['import "./nowhere.ts";', "no-unknown-modules"],
  "src/silo/g.ts": ['import { readFileSync } from "node:fs"; readFileSync;', "effects-at-the-edge"],
  "src/steps/g.ts": ['import "timers/promises";', "effects-at-the-edge"],
  "src/steps/h.ts": [
    'import { createHash } from "node:crypto"; createHash;',
    "crypto-in-few-places",
  ],
  "src/silo/i.ts": ['const u = await import("undici"); export { u };', "home-of-undici"],
  "src/steps/i.ts": ['import "jose";', "home-of-jose"],
  "src/silo/j.ts": ['import "fast-check";', "no-dev-packages-in-src"],
  "src/silo/k.ts": ['import "stray";', "no-undeclared-packages"],
  "src/silo/l.ts": ['import "stray";', "packages-have-a-home"],
  "src/edge/m.ts": ['import "../../test/support/tool.ts";', "no-tests-in-src"],
};

describe("the import table", () => {
  const found = judge(
    {
      ...Object.fromEntries(Object.entries(plantedImports).map(([file, [code]]) => [file, code])),
      ...packaged("undici"),
      ...packaged("jose"),
      ...packaged("fast-check"),
      ...packaged("stray"),
      "src/silo/d.ts": 'import type { C } from "./c.ts"; export type D = C;',
      "test/support/tool.ts": "export const tool = 1;",
    },
    (tree) => tree.imports(),
  );

  it.each(Object.entries(plantedImports))("refuses %s: %o", (file, [, rule]) => {
    expect(found).toContainEqual({ file, rule });
  });

  it("has nothing against the legal files", () => {
    expect(found.filter(({ file }) => file in legal)).toEqual([]);
  });
});

const plantedCode: Readonly<Record<string, readonly [code: string, rule: string]>> = {
  "src/silo/a.ts": ['export const a = () => fetch("https://x");', "noRestrictedGlobals"],
  "src/steps/a.ts": ["export const a = () => setTimeout(() => {}, 1);", "noRestrictedGlobals"],
  "src/emulators/a.ts": ["export const a = setImmediate;", "noRestrictedGlobals"],
  "src/commands/a.ts": ["export const a = process.env;", "noRestrictedGlobals"],
  "src/engine/a.ts": ["console.log(1);", "noRestrictedGlobals"],
  "src/silo/b.ts": ["export default 1;", "noDefaultExport"],
  "src/silo/c.ts": ['export * from "../../test/x.ts";', "noRestrictedImports"],
  "src/silo/d.ts": ["export const d = (x: any) => x;", "noExplicitAny"],
  "src/silo/e.ts": ["export const e = (x?: string) => x!;", "noNonNullAssertion"],
  "src/silo/f.ts": [
    "export const f = 1;\nvoid f;\n".padEnd(2500, "void f;\n"),
    "noExcessiveLinesPerFile",
  ],
  "src/silo/g.ts": [
    `export function g(x: number) {\n${"  x += 1;\n".repeat(60)}\n  return x;\n}\n`,
    "noExcessiveLinesPerFunction",
  ],
};

describe("the linter", () => {
  const found = judge(
    Object.fromEntries(Object.entries(plantedCode).map(([file, [code]]) => [file, code])),
    (tree) => tree.lint(),
  ).map(({ file, rule }) => ({ file, rule: rule.split("/").at(-1) }));

  it.each(Object.entries(plantedCode))("refuses %s", (file, [, rule]) => {
    expect(found).toContainEqual({ file, rule });
  });

  it("has nothing against the legal files", () => {
    expect(found.filter(({ file }) => file in legal)).toEqual([]);
  });
});

function judge<T>(files: Readonly<Record<string, string>>, by: (tree: PlantedTree) => T): T {
  const tree = plantTree({ ...legal, ...files });
  try {
    return by(tree);
  } finally {
    tree.remove();
  }
}
