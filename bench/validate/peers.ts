/** The tools one would take instead, each at its fastest that reports every bad file. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Number of bad files that its output names. */
  readonly countBad?: (output: string) => number;
}

const require = createRequire(import.meta.url);
const schemaFile = join(import.meta.dirname, "../../schemas/silo.schema.json");

export function peers(): readonly Program[] {
  return [ajvCli(), sourcemeta()];
}

function ajvCli(): Program {
  const cli = join(dirname(require.resolve("ajv-cli/package.json")), "dist/index.js");
  const flags = ["--spec=draft2020", "--strict=false", "--all-errors", "--errors=line"];
  return {
    name: "ajv-cli 5",
    command: process.execPath,
    args: [cli, "validate", "-s", schemaFile, "-d", "silos/*.yml", ...flags],
    countBad: (output) => output.match(/^silos\/\S+ invalid$/gm)?.length ?? 0,
  };
}

function sourcemeta(): Program {
  const folder = dirname(require.resolve("@sourcemeta/jsonschema/package.json"));
  return {
    name: "@sourcemeta/jsonschema (native)",
    command: nativeOf(folder),
    args: ["validate", schemaFile, "silos", "--extension", ".yml", "--continue"],
    countBad: (output) => output.match(/^fail: /gm)?.length ?? 0,
  };
}

/** The binary itself: its npm wrapper would only add the start of a Node. */
function nativeOf(folder: string): string {
  const name = `jsonschema-${process.platform}-${process.arch === "x64" ? "x86_64" : process.arch}`;
  return join(folder, "build/github-releases", name);
}
