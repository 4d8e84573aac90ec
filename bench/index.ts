/**
 * `npm run bench` measures everything, `npm run bench -- validate fleet` only those. Each
 * measurement is a file of this folder, run in a process of its own so that none warms another.
 * Options (`-- provision --trace`) are handed on.
 */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "index.ts")
  .map((file) => file.slice(0, -".ts".length))
  .sort();

const words = process.argv.slice(2);
const options = words.filter((word) => word.startsWith("--"));
const asked = words.filter((word) => !options.includes(word));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No measurement is named ${unknown.join(", ")}. There are: ${known.join(", ")}`);
  process.exit(2);
}

const failed = (asked.length > 0 ? asked : known).filter((name) => !measure(name));
if (failed.length > 0) {
  console.error(`\nMissed its target or broke: ${failed.join(", ")}`);
  process.exit(1);
}

function measure(name: string): boolean {
  console.log(`\n## ${name}\n`);
  const file = join(import.meta.dirname, `${name}.ts`);
  return spawnSync(process.execPath, [file, ...options], { stdio: "inherit" }).status === 0;
}
