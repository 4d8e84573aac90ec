import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { connectFly } from "#edge/connect-fly.ts";
import { cryptoRandom, nodeFiles, wallClock } from "#edge/node-effects.ts";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  userInfo: () => {
    throw new Error("ENOENT: no such file or directory, uv_os_get_passwd");
  },
}));

const folder = mkdtempSync(join(tmpdir(), "silo-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a write that fails leaves nothing, and names the file that was meant", () => {
  const path = join(folder, "taken");
  mkdirSync(path);
  expect(() => nodeFiles.write(path, "text")).toThrow(expect.objectContaining({ dest: path }));
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("a user without an entry in the password file holds a lock by number", async () => {
  const { holder } = await connectFly({
    fetch: () => Promise.reject(new Error("Nothing is asked of Fly")),
    variable: (name) => (name === "FLY_API_TOKEN" ? "local" : undefined),
    clock: wallClock,
    random: cryptoRandom,
  });
  expect(holder).toMatch(/^uid \d+ on /);
});
