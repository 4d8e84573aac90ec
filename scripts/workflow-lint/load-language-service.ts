import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Bundled into a folder that is gone again once it is loaded. */
export async function loadLanguageService(): Promise<typeof import("./language-service.ts")> {
  const folder = await mkdtemp(join(tmpdir(), "workflow-lint-"));
  const outfile = join(folder, "language-service.cjs");
  try {
    await build({
      entryPoints: [join(import.meta.dirname, "language-service.ts")],
      outfile,
      bundle: true,
      format: "cjs",
      platform: "node",
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
