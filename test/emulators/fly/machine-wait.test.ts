import { describe, expect, it } from "vitest";
import { firstPassMs, flyLatency } from "#emulators/fly/latency.ts";
import { aConfig, aFly } from "./a-fly.ts";

describe("wait", () => {
  it("answers as soon as the state is reached, with the event that brought it", async () => {
    const { app, machine, call, clock } = aFly({ latency: "fly" });
    await app("one");
    const { id, version } = await machine("one");
    const createdAt = clock.now();
    await clock.sleep(1_000);
    const { body } = await call("GET", `/apps/one/machines/${id}/wait?version=${version}`);
    expect(body).toMatchObject({ ok: true, state: "started", version });
    // Ten seconds for an unknown image, half a second for the boot.
    expect(clock.now() - createdAt).toBe(10_500);
    const { body: events } = await call("GET", `/apps/one/machines/${id}/events?limit=1`);
    expect(events).toMatchObject([{ id: body.event_id, status: "started" }]);
  });

  it("gives up with 408 and the present state", async () => {
    const { app, machine, call, clock, get } = aFly();
    await app("one");
    const { id } = await machine("one");
    await get("one", id);
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    const from = clock.now();
    const answer = await call("GET", `/apps/one/machines/${id}/wait?state=started&timeout=20`);
    expect(answer).toMatchObject({
      status: 408,
      body: {
        error:
          "deadline_exceeded: machine failed to reach desired state, started, currently stopped",
      },
    });
    expect(clock.now() - from).toBe(20_000);
  });

  it.each(["timeout=61", "timeout=0", "state=running"])("refuses %s", async (query) => {
    const { app, machine, raw } = aFly();
    await app("one");
    const { id } = await machine("one");
    const { status, body } = await raw("GET", `/apps/one/machines/${id}/wait?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatch(/^invalid_argument/);
  });

  it("sees what another caller does meanwhile", async () => {
    const { app, machine, call, get, clock } = aFly();
    await app("one");
    const { id } = await machine("one");
    await get("one", id);
    const waiting = call("GET", `/apps/one/machines/${id}/wait?state=stopped,failed&timeout=60`);
    await clock.sleep(5_000);
    const stoppedAt = clock.now();
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    expect((await waiting).body).toMatchObject({ ok: true, state: "stopped" });
    expect(clock.now()).toBe(stoppedAt);
  });

  it("takes any resting state for settled", async () => {
    const { app, machine, call, clock } = aFly({ latency: "fly" });
    await app("one");
    const { id } = await machine("one", { skip_launch: true });
    const waited = async () =>
      (await call("GET", `/apps/one/machines/${id}/wait?state=settled`)).body.state;
    expect((await call("GET", `/apps/one/machines/${id}/wait`)).status).toBe(404);
    await clock.sleep(200);
    expect(await waited()).toBe("created");
  });

  it("waits for the end of a machine that can no longer be read", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    const { id } = await machine("one");
    await call("DELETE", `/apps/one/machines/${id}?force=true`);
    const { body } = await call("GET", `/apps/one/machines/${id}/wait?state=destroyed`);
    expect(body).toMatchObject({ ok: true, state: "destroyed" });
  });

  it("does not take a newer version for the one that was asked for", async () => {
    const { app, machine, call, get } = aFly();
    await app("one");
    const { id, version } = await machine("one");
    await get("one", id);
    await call("POST", `/apps/one/machines/${id}`, { config: aConfig() });
    const path = `/apps/one/machines/${id}/wait?timeout=5`;
    const old = await call("GET", `${path}&version=${version}`);
    expect(old.body.error).toMatch(/currently replaced$/);
    expect((await call("GET", `${path}&version=01UNKNOWN`)).status).toBe(404);
  });

  it("waits for something newer than a given event", async () => {
    const { app, machine, call } = aFly();
    await app("one");
    const { id } = await machine("one");
    const path = `/apps/one/machines/${id}/wait?timeout=5`;
    const { body } = await call("GET", path);
    expect((await call("GET", `${path}&from_event_id=${body.event_id}`)).status).toBe(408);
  });
});

describe("times of a launch", () => {
  it("takes pull, boot and init, and checks pass at the next tick", async () => {
    const { app, machine, get, clock } = aFly({ latency: "fly" });
    await app("one");
    const checks = { up: { type: "tcp", port: 8080, interval: "2s", timeout: "1s" } };
    const { id } = await machine("one", { config: { image: "kong:3.4.2", checks } });
    const from = clock.now();
    const seen: string[] = [];
    // A read takes 50 ms by itself.
    for (const at of [1_000, 8_200, 8_600, 10_600, 12_600]) {
      await clock.sleep(from + at - 50 - clock.now());
      const { state, checks: results = [] } = await get("one", id);
      seen.push([at, state, ...results.map(({ status }) => status)].join(" "));
    }
    expect(firstPassMs(flyLatency.initMs("kong:3.4.2", true), 2_000)).toBe(4_000);
    expect(seen).toEqual([
      "1000 creating warning",
      "8200 starting warning",
      "8600 started",
      "10600 started critical",
      "12600 started passing",
    ]);
  });

  it("does not pull again on a start, and does not initialise again", async () => {
    const { app, machine, call, clock, emulator } = aFly({ latency: "fly" });
    await app("one");
    const ips = { type: "v6" };
    await call("POST", "/apps/one/ip_assignments", ips);
    const services = [
      {
        protocol: "tcp",
        internal_port: 8080,
        autostart: true,
        autostop: "off",
        ports: [{ port: 443 }],
      },
    ];
    const { id } = await machine("one", { config: { image: "supabase/gotrue:v2", services } });
    await emulator.proxy("https://one.fly.dev/");
    await call("POST", `/apps/one/machines/${id}/stop`, {});
    await clock.sleep(5_000);
    const from = clock.now();
    await emulator.proxy("https://one.fly.dev/");
    expect(clock.now() - from).toBe(500 + 1_000);
  });
});
