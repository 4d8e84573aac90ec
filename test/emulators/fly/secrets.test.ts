import { describe, expect, it } from "vitest";
import { aConfig, aFly } from "./a-fly.ts";

describe("secrets", () => {
  it("are set and unset together, and never shown", async () => {
    const { app, call } = aFly();
    await app("one");
    const first = await call("POST", "/apps/one/secrets", { values: { A: "alpha", B: "beta" } });
    expect(first.body).toMatchObject({ version: 1, Version: 1 });
    const second = await call("POST", "/apps/one/secrets", { values: { A: null, C: "gamma" } });
    expect(second.body).toMatchObject({ version: 2 });
    const listed = await call("GET", "/apps/one/secrets?show_secrets=true");
    expect(listed.body).toMatchObject({ secrets: [{ name: "B" }, { name: "C" }] });
    expect(JSON.stringify([first, second, listed])).not.toMatch(/alpha|beta|gamma/);
  });

  it("have a digest that changes with the value only", async () => {
    const { app, call } = aFly();
    await app("one");
    const digestOf = async (value: string) => {
      await call("POST", "/apps/one/secrets", { values: { A: value } });
      return (await call("GET", "/apps/one/secrets/A")).body.digest;
    };
    const first = await digestOf("alpha");
    expect(await digestOf("beta")).not.toBe(first);
    expect(await digestOf("alpha")).toBe(first);
  });

  it("can be handled one by one", async () => {
    const { app, call } = aFly();
    await app("one");
    const set = await call("POST", "/apps/one/secrets/A", { value: "alpha" });
    expect(set).toMatchObject({ status: 201, body: { name: "A", version: 1 } });
    expect((await call("DELETE", "/apps/one/secrets/A")).body).toMatchObject({ version: 2 });
    expect((await call("GET", "/apps/one/secrets/A")).status).toBe(404);
  });

  it("hold back a machine that needs a version which is not there yet", async () => {
    const { app, call, clock, inside } = aFly({ latency: "fly" });
    await app("one");
    const { body } = await call("POST", "/apps/one/secrets", { values: { A: "alpha" } });
    const create = (min_secrets_version: unknown) =>
      call("POST", "/apps/one/machines", {
        name: "main",
        region: "yyz",
        config: aConfig(),
        min_secrets_version,
      });
    expect((await create(99)).body.error).toMatch(/min_secrets_version 99 is not yet available/);
    const { id } = (await create(body.version)).body;
    await clock.sleep(20_000);
    await call("GET", `/apps/one/machines/${id}`);
    expect(inside.boots[0]?.containers[0]?.env.A).toBe("alpha");
  });

  it("leave no value in the log of requests", async () => {
    const { app, call, emulator } = aFly();
    await app("one");
    await call("POST", "/apps/one/secrets", { values: { A: "alpha" } });
    expect(emulator.requests.at(-1)).toMatchObject({
      method: "POST",
      path: "/v1/apps/one/secrets",
      status: 200,
    });
    expect(JSON.stringify(emulator.requests)).not.toMatch(/alpha|Bearer/);
  });
});
