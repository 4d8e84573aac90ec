import { describe, expect, it } from "vitest";
import { aFly } from "./a-fly.ts";

const path = "/apps/one/ip_assignments";

describe("addresses", () => {
  it("are listed without their type", async () => {
    const { app, call } = aFly();
    await app("one", { network: "silo" });
    for (const type of ["v4", "v6", "shared_v4"]) {
      expect((await call("POST", path, { type })).status).toBe(200);
    }
    await call("POST", path, { type: "private_v6", network: "silo" });
    const { body } = await call<{ ips: { ip: string }[] }>("GET", path);
    expect(body.ips).toMatchObject([
      { ip: expect.stringMatching(/^137\./), shared: false },
      { ip: expect.stringMatching(/^2a09:/), shared: false },
      { ip: expect.stringMatching(/^66\./), shared: true },
      { ip: expect.stringMatching(/^fdaa:/), network: { name: "silo", org_slug: "acme" } },
    ]);
    expect(JSON.stringify(body)).not.toContain('"type"');
    expect((await call("DELETE", `${path}/${body.ips[1]?.ip}`)).status).toBe(204);
    expect((await call<typeof body>("GET", path)).body.ips).toHaveLength(3);
  });

  it("come twice when asked for twice, but for the shared one", async () => {
    const { app, call } = aFly();
    await app("one");
    await call("POST", path, { type: "v6" });
    await call("POST", path, { type: "v6" });
    await call("POST", path, { type: "shared_v4" });
    expect((await call("POST", path, { type: "shared_v4" })).status).toBe(422);
    expect((await call("GET", path)).body.ips).toHaveLength(3);
  });

  it("refuse a network that does not exist and do not take the app's own by default", async () => {
    const { app, call } = aFly();
    await app("one", { network: "silo" });
    const unknown = await call("POST", path, { type: "private_v6", network: "other" });
    expect(unknown).toMatchObject({ status: 400, body: { error: "network not found" } });
    const { body } = await call("POST", path, { type: "private_v6" });
    expect(body).toMatchObject({ network: { name: "default" } });
  });
});
