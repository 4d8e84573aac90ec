/** The version of this package, whether it runs from its sources or from a bundle. */

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

export function readVersion(): string {
  const path = findPackageJSON("..", import.meta.url);
  const manifest: unknown = path && JSON.parse(readFileSync(path, "utf8"));
  return typeof manifest === "object" && manifest && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}
