/** What the documents tell people to type exists. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands, globalOptions } from "#commands/catalogue.ts";
import { parseArguments } from "#commands/parse-arguments.ts";
import { deskCommands } from "#desk/catalogue.ts";
import { localCommands } from "#local/catalogue.ts";
import { namedOptions, siloCommands, wordsOf } from "./markdown-commands.ts";

const root = join(import.meta.dirname, "../..");
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const all = [...commands, ...deskCommands, ...localCommands];
const textOf = (name: string) => readFileSync(join(root, name), "utf8");

test.each(documents)("every silo command that %s names exists, with its options", (name) => {
  const wrong = siloCommands(textOf(name)).flatMap((line) => {
    try {
      parseArguments(wordsOf(line), all, () => undefined);
      return [];
    } catch (error) {
      return [`silo ${line}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
});

test.each(documents)("every option that %s names by itself is one of some command", (name) => {
  const known = new Set(
    [...globalOptions, ...all.flatMap(({ options }) => options)].map((o) => o.name),
  );
  expect(namedOptions(textOf(name)).filter((option) => !known.has(option))).toEqual([]);
});

test("commands are looked for where documents have them", () => {
  const text = [
    "Run `silo plan --out plan.json` or `npm run -s silo -- apply`; a `silo` is no command.",
    "```sh",
    'export KEY="$(silo new-master-key)"   # a fresh one',
    "silo emulate &",
    "fly tokens list | silo status --watch > file",
    "```",
    "1. x",
    "   ```console",
    "   $ silo drift   # exit 3",
    "   silo that is printed",
    "   ```",
  ].join("\n");
  expect(siloCommands(text)).toEqual([
    "new-master-key",
    "emulate",
    "status --watch",
    "drift",
    "plan --out plan.json",
    "apply",
  ]);
});
