import { describe, expect, it } from "vitest";
import { createGitHubEmulator } from "#emulators/github/emulator.ts";
import { listen } from "#emulators/listen.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { aGitHub } from "./a-github.ts";
import { sealFor } from "./seal.ts";

describe("state", () => {
  it("goes on where it was saved, keys included", async () => {
    const github = aGitHub({}, { pulls: [{ title: "x", head: "x", files: {} }] });
    await github.call("PUT", "/environments/ops", { wait_timer: 5 });
    const path = "/environments/ops/secrets";
    await github.call("PUT", `${path}/A`, await sealFor(github, path, "value"));
    await github.call("POST", "/issues/1/comments", { body: "x" });
    await github.call("POST", "/deployments", { ref: "main", auto_merge: false });
    const sealed = await sealFor(github, path, "later");
    const state = JSON.parse(JSON.stringify(github.emulator.save()));
    const next = aGitHub({ state });
    expect(next.emulator.reveal("acme/erp", { environment: "ops" }).secrets.get("A")).toBe("value");
    expect(next.emulator.save()).toEqual(github.emulator.save());
    expect((await next.call("PUT", `${path}/B`, sealed)).status).toBe(201);
  });

  it("is the same for the same seed", async () => {
    const key = async (seed: number) =>
      (await aGitHub({ seed }).call("GET", "/actions/secrets/public-key")).body.key;
    expect(await key(1)).toBe(await key(1));
    expect(await key(1)).not.toBe(await key(2));
  });

  it("can be reached on a socket", async () => {
    const clock = new VirtualClock();
    const emulator = createGitHubEmulator({ clock, repositories: [{ name: "acme/erp" }] });
    const server = await listen({ fetch: emulator.fetch, proxy: emulator.fetch }, { port: 0 });
    try {
      const response = await fetch(`${server.apiUrl}/api/v3/repos/acme/erp`, {
        headers: { authorization: "Bearer x" },
      });
      expect(await response.json()).toMatchObject({
        url: `${server.apiUrl}/api/v3/repos/acme/erp`,
      });
    } finally {
      await server.close();
    }
  });
});
