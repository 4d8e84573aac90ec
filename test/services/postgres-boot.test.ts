import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { postgresBootScript } from "#services/postgres-boot.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "boot-postgres-"));
  mkdirSync(join(root, "volume/data"), { recursive: true });
  mkdirSync(join(root, "custom"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const kept = () => join(root, "volume/pgsodium_root.key");
const used = () => join(root, "custom/pgsodium_root.key");

/** Boots in a folder of the test: the image's entrypoint prints its arguments, nobody is chowned. */
function boot(): { stdout: string; stderr: string } {
  const script = postgresBootScript
    .replaceAll("/var/lib/postgresql", join(root, "volume"))
    .replaceAll("/etc/postgresql-custom", join(root, "custom"))
    .replace("-o postgres -g postgres ", "")
    .replace("exec /usr/local/bin/docker-entrypoint.sh", "printf '%s\\n'");
  const file = join(root, "boot.sh");
  writeFileSync(file, script);
  const log = join(root, "stderr");
  const stdout = execFileSync("/bin/bash", ["-c", `bash ${file} 2>${log}`], { encoding: "utf8" });
  return { stdout, stderr: readFileSync(log, "utf8") };
}

test("makes the root key on the volume, as 64 hex digits that only root reads", () => {
  boot();
  expect(readFileSync(kept(), "utf8")).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(kept()).mode & 0o777).toBe(0o600);
  expect(readFileSync(used(), "utf8")).toBe(readFileSync(kept(), "utf8"));
});

test("keeps the key when the machine is made anew on the same volume", () => {
  boot();
  const first = readFileSync(kept(), "utf8");
  rmSync(join(root, "custom"), { recursive: true });
  boot();
  expect(readFileSync(used(), "utf8")).toBe(first);
});

test("takes the key of the volume when the image brought one of its own", () => {
  boot();
  const first = readFileSync(kept(), "utf8");
  writeFileSync(used(), "f".repeat(64));
  boot();
  expect(readFileSync(used(), "utf8")).toBe(first);
});

test("warns when a database has lost its key, and only then", () => {
  expect(boot().stderr).toBe("");
  rmSync(kept());
  writeFileSync(join(root, "volume/data/PG_VERSION"), "15\n");
  expect(boot().stderr).toContain("a new one is made");
});

test("hands over to the image's entrypoint with its command and keepalives", () => {
  expect(boot().stdout.trim().split("\n")).toEqual([
    "postgres",
    "-D",
    "/etc/postgresql",
    ...["idle=60", "interval=10", "count=6"].flatMap((setting) => [
      "-c",
      `tcp_keepalives_${setting}`,
    ]),
  ]);
});
