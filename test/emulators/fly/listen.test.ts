import { request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "#emulators/listen.ts";
import { aFly, aWebService } from "./a-fly.ts";

const open = async (options = {}) => {
  const cloud = aFly(options);
  const listening = await listen(cloud.emulator, { port: 0 });
  onTestFinished(() => listening.close());
  return { ...cloud, ...listening };
};

describe("listening", () => {
  it("serves the API on a loopback port", async () => {
    const { apiUrl } = await open();
    expect(apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${apiUrl}/v1/apps`, {
      method: "POST",
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      body: JSON.stringify({ name: "one", org_slug: "acme" }),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("fly-request-id")).toBeTruthy();
    const gone = { method: "DELETE", headers: { authorization: "Bearer any" } };
    expect((await fetch(`${apiUrl}/v1/apps/one`, gone)).status).toBe(202);
  });

  it("serves the apps by Host header on another", async () => {
    const { proxyUrl, app, call, machine } = await open();
    await app("web");
    await call("POST", "/apps/web/ip_assignments", { type: "v6" });
    await machine("web", { config: { services: [aWebService()] } });
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { host: "web.fly.dev" };
      const sent = request(`${proxyUrl}/hello`, { method: "POST", headers }, (response) => {
        response.setEncoding("utf8");
        response.on("data", resolve);
        response.once("end", () => resolve(`nothing, with ${response.statusCode}`));
      });
      sent.once("error", reject);
      sent.end("body");
    });
    expect(text).toBe("web:8080/hello body");
  });

  it("breaks the connection when a fault says so", async () => {
    const { apiUrl } = await open({ faults: [{ match: {}, answer: "reset" }] });
    await expect(fetch(`${apiUrl}/v1/apps/one`)).rejects.toThrow("fetch failed");
  });

  it("says so when the emulator itself breaks", async () => {
    const { apiUrl, app, machine, inside } = await open();
    await app("one");
    const { id } = await machine("one");
    inside.workload.exec = () => Promise.reject(new Error("out of ideas"));
    const response = await fetch(`${apiUrl}/v1/apps/one/machines/${id}/exec`, {
      method: "POST",
      headers: { authorization: "Bearer any" },
      body: JSON.stringify({ command: ["true"] }),
    });
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("out of ideas");
  });

  it("refuses a port that is taken", async () => {
    const { apiUrl, emulator } = await open();
    const port = Number(new URL(apiUrl).port);
    await expect(listen(emulator, { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
