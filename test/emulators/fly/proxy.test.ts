import { describe, expect, it } from "vitest";
import { aFly, aWebService } from "./a-fly.ts";

const published = async (service: Record<string, unknown> = {}, options = {}) => {
  const cloud = aFly(options);
  await cloud.app("web");
  await cloud.call("POST", "/apps/web/ip_assignments", { type: "shared_v4" });
  const { id } = await cloud.machine("web", { config: { services: [aWebService(service)] } });
  const path = `/apps/web/machines/${id}`;
  const fetch = (url: string, init?: RequestInit) => cloud.emulator.proxy(url, init);
  return { ...cloud, id, path, fetch };
};

describe("the public proxy", () => {
  it("passes a request to the machine's port and its answer back", async () => {
    const { fetch } = await published();
    const response = await fetch("https://web.fly.dev/rest?x=1", { method: "POST", body: "text" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("web:8080/rest text");
  });

  it("finds the app by Host header, and by a name under localhost", async () => {
    const { fetch } = await published();
    const byHeader = await fetch("http://127.0.0.1:8080/a", { headers: { host: "web.fly.dev" } });
    expect(await byHeader.text()).toBe("web:8080/a ");
    const byName = await fetch("http://web.fly.dev.localhost:4280/b");
    expect(await byName.text()).toBe("web:8080/b ");
  });

  it("sends plain http to https", async () => {
    const { fetch } = await published();
    const response = await fetch("http://web.fly.dev/a?b=c");
    expect(response.status).toBe(301);
    expect(response.headers.get("location")).toBe("https://web.fly.dev/a?b=c");
  });

  it("refuses an app without public address, and one that does not exist", async () => {
    const { fetch, call } = await published();
    const { body } = await call<{ ips: { ip: string }[] }>("GET", "/apps/web/ip_assignments");
    await call("DELETE", `/apps/web/ip_assignments/${body.ips[0]?.ip}`);
    for (const name of ["web", "nobody"]) {
      const response = await fetch(`https://${name}.fly.dev/`);
      expect(response.status).toBe(502);
      expect(response.headers.get("fly-proxy-error")).toContain(name);
    }
  });

  it("does not wake a machine that is not to be started by requests", async () => {
    const { fetch, call, path, get, id } = await published();
    await fetch("https://web.fly.dev/");
    await call("POST", `${path}/stop`, {});
    expect((await fetch("https://web.fly.dev/")).status).toBe(503);
    expect((await get("web", id)).state).toBe("stopped");
  });

  it("wakes a stopped machine that allows it, holding the request meanwhile", async () => {
    const { fetch, call, path, get, id, clock } = await published(
      { autostart: true },
      { latency: "fly" },
    );
    await fetch("https://web.fly.dev/");
    await call("POST", `${path}/stop`, {});
    await clock.sleep(2_000);
    expect((await get("web", id)).state).toBe("stopped");
    expect((await fetch("https://web.fly.dev/")).status).toBe(200);
    expect((await get("web", id)).state).toBe("started");
  });

  it("sends nothing to a cordoned machine and does not wake it", async () => {
    const { fetch, call, path, get, id } = await published({ autostart: true });
    await call("POST", `${path}/cordon`);
    expect((await fetch("https://web.fly.dev/")).status).toBe(503);
    await call("POST", `${path}/stop`, {});
    expect((await fetch("https://web.fly.dev/")).status).toBe(503);
    expect((await get("web", id)).state).toBe("stopped");
    await call("POST", `${path}/uncordon`);
    expect((await fetch("https://web.fly.dev/")).status).toBe(200);
  });

  it("creates a machine out of traffic until it is uncordoned", async () => {
    const { fetch, call, machine } = await published();
    await call("DELETE", "/apps/web/machines/none?force=true");
    const config = { services: [aWebService({ ports: [{ port: 8443, handlers: ["tls"] }] })] };
    const { id } = await machine("web", { name: "b", skip_service_registration: true, config });
    expect((await fetch("https://web.fly.dev:8443/")).status).toBe(503);
    await call("POST", `/apps/web/machines/${id}/uncordon`);
    expect((await fetch("https://web.fly.dev:8443/")).status).toBe(200);
  });

  it("needs an own address for a raw port", async () => {
    const ports = [{ port: 5432, handlers: ["pg_tls"] }];
    const { fetch, call } = await published({ ports });
    expect((await fetch("https://web.fly.dev:5432/")).status).toBe(502);
    await call("POST", "/apps/web/ip_assignments", { type: "v4" });
    expect((await fetch("https://web.fly.dev:5432/")).status).toBe(200);
  });

  it("counts what it answered, by second and status", async () => {
    const { fetch, emulator, clock } = await published();
    await fetch("https://web.fly.dev/");
    await fetch("https://web.fly.dev/");
    await fetch("https://web.fly.dev/missing");
    const first = clock.now();
    clock.advance(5_000);
    await fetch("https://web.fly.dev/");
    expect(emulator.traffic("web")).toMatchObject([
      { atMs: first, status: 200, count: 2 },
      { atMs: first, status: 404, count: 1 },
      { atMs: first + 5_000, status: 200, count: 1 },
    ]);
  });
});

describe("neighbours", () => {
  const neighbours = async () => {
    const cloud = aFly();
    await cloud.app("db", { network: "silo" });
    await cloud.app("api", { network: "silo" });
    await cloud.app("stranger", { network: "other" });
    const ports = [{ port: 5432 }];
    const services = [aWebService({ ports })];
    const { id } = await cloud.machine("db", { config: { services } });
    await cloud.get("db", id);
    for (const app of ["api", "stranger"]) await cloud.get(app, (await cloud.machine(app)).id);
    const from = (app: string) => {
      const guest = cloud.inside.boots.find((boot) => boot.app === app);
      if (!guest) throw new Error(`${app} did not boot`);
      return guest;
    };
    const reach = (app: string, host: string, port: number) =>
      cloud.inside.others?.reach(app === "internet" ? "internet" : from(app), host, port)?.app;
    return { ...cloud, id, reach, path: `/apps/db/machines/${id}` };
  };

  it("reach started machines of their network by .internal, on the machine's own port", async () => {
    const { reach, call, path, get, id } = await neighbours();
    expect(reach("api", "db.internal", 8080)).toBe("db");
    expect(reach("api", "db.internal", 5432)).toBeUndefined();
    expect(reach("stranger", "db.internal", 8080)).toBeUndefined();
    for (const verb of ["suspend", "stop"]) {
      await call("POST", `${path}/start`);
      await get("db", id);
      expect(reach("api", "db.internal", 8080)).toBe("db");
      await call("POST", `${path}/${verb}`, verb === "stop" ? {} : undefined);
      await get("db", id);
      expect(reach("api", "db.internal", 8080)).toBeUndefined();
    }
  });

  it("reach services by .flycast once their network has an address", async () => {
    const { reach, call, path } = await neighbours();
    expect(reach("api", "db.flycast", 5432)).toBeUndefined();
    await call("POST", "/apps/db/ip_assignments", { type: "private_v6" });
    expect(reach("api", "db.flycast", 5432)).toBeUndefined();
    await call("POST", "/apps/db/ip_assignments", { type: "private_v6", network: "silo" });
    expect(reach("api", "db.flycast", 5432)).toBe("db");
    expect(reach("api", "db.flycast", 8080)).toBeUndefined();
    expect(reach("stranger", "db.flycast", 5432)).toBeUndefined();
    await call("POST", `${path}/cordon`);
    expect(reach("api", "db.flycast", 5432)).toBeUndefined();
  });

  it("are public only with a public address", async () => {
    const { reach, call } = await neighbours();
    expect(reach("internet", "db.fly.dev", 5432)).toBeUndefined();
    await call("POST", "/apps/db/ip_assignments", { type: "v6" });
    expect(reach("internet", "db.fly.dev", 5432)).toBe("db");
    expect(reach("internet", "db.internal", 8080)).toBeUndefined();
  });
});
