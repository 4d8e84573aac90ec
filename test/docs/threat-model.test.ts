/** Every defence that the threat model claims is shown by a test that exists. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const model = textOf("docs/threat-model.md");

interface Named {
  readonly path: string;
  readonly name: string | undefined;
}

/** `` `test/a.test.ts` ``, or `` `test/a.test.ts`: "name of a test" ``. */
const namedIn = (text: string): readonly Named[] =>
  [...text.matchAll(/`(test\/[^`]+)`(?:: "([^"]+)")?/g)].map(([, path = "", name]) => ({
    path,
    name,
  }));

const missing = (named: readonly Named[]) =>
  named.filter(
    ({ path, name }) =>
      !path.endsWith(".test.ts") ||
      !existsSync(join(root, path)) ||
      (name !== undefined && !textOf(path).includes(`"${name}"`)),
  );

test("every test that it names exists", () => {
  const named = namedIn(model);
  expect(named.length).toBeGreaterThan(40);
  expect(missing(named)).toEqual([]);
});

test("every row that says what stops somebody names a test", () => {
  const [defences = ""] = model.split("## What cannot be stopped");
  const rows = defences
    .slice(defences.indexOf("## The stranger"))
    .split("\n")
    .filter((line) => /^\| (?!---|wants|goes wrong)/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([]);
});

test("what is named and does not exist is found", () => {
  const text = '`test/none.test.ts`, `test/docs/documents.test.ts`: "no such test"';
  expect(missing(namedIn(text))).toHaveLength(2);
});

test.each(["SECURITY.md", "docs/threat-model.md"])("the links of %s lead somewhere", (document) => {
  const folder = document.startsWith("docs/") ? "docs" : ".";
  const links = [...textOf(document).matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)];
  const dead = links.filter(([, path, anchor]) => {
    const target = path ? join(folder, path) : document;
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
  });
  expect(links.length).toBeGreaterThan(1);
  expect(dead.map(([link]) => link)).toEqual([]);
});

/** As GitHub makes them of headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
