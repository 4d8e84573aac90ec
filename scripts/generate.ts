/** Writes every generated file: `node scripts/generate.ts`. A test fails when one is stale. */

import { readFileSync, writeFileSync } from "node:fs";
import { generateFiles } from "./generate/generate-files.ts";
import { generatePage, pageFile } from "./generate/generate-page.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const write = (path: string, content: string): void => {
  writeFileSync(new URL(path, root), content);
  process.stdout.write(`${path}\n`);
};

for (const [path, content] of Object.entries(generateFiles(read))) write(path, content);
write(pageFile, generatePage(read));
