/** Bundles the command as the published package is. */

import { join } from "node:path";
import { build } from "esbuild";

/** Path of the program, in a new folder of `root`. */
export async function buildEntry(root: string): Promise<string> {
  const outdir = join(root, "entry");
  await build({
    entryPoints: [join(import.meta.dirname, "entry.ts")],
    outdir,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    outExtension: { ".js": ".mjs" },
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
  });
  return join(outdir, "entry.mjs");
}
