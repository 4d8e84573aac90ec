/** Metrics of the emulated cloud: counted from what its proxy and machines really did. */

import { describe, expect, it } from "vitest";
import { type AFly, aFly, aWebService } from "./a-fly.ts";

const minute = 60_000;

interface Value {
  readonly metric: Record<string, string>;
  readonly value: [number, string];
}

async function ask(fly: AFly, query: string, org = "acme", authorization = "Bearer any") {
  const url = `http://fly.local/prometheus/${org}/api/v1/query?query=${encodeURIComponent(query)}`;
  const response = await fly.emulator.fetch(url, { headers: { authorization } });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function valuesOf(fly: AFly, query: string): Promise<Record<string, number>> {
  const { body } = await ask(fly, query);
  const result: readonly Value[] = body.data.result;
  return Object.fromEntries(
    result.map(({ metric, value }) => [Object.values(metric).join(" "), Number(value[1])]),
  );
}

async function aSite(options = {}): Promise<AFly & { id: string }> {
  const fly = aFly(options);
  await fly.app("web");
  await fly.call("POST", "/apps/web/ip_assignments", { type: "shared_v4" });
  const { id } = await fly.machine("web", { config: { services: [aWebService()] } });
  await fly.get("web", id);
  return { ...fly, id };
}

const visit = ({ emulator }: AFly, path = "/") => emulator.proxy(`https://web.fly.dev${path}`);

describe("at the edge", () => {
  it("answers are counted by app and status, the proxy's own too; inside, only the machine's", async () => {
    const fly = await aSite();
    await visit(fly);
    await visit(fly, "/missing");
    await fly.emulator.proxy("http://web.fly.dev/");
    await fly.clock.sleep(minute);
    const edge = "sum by (status) (increase(fly_edge_http_responses_count[5m]))";
    expect(await valuesOf(fly, edge)).toEqual({ 200: 1, 301: 1, 404: 1 });
    const inside = "sum by (status) (increase(fly_app_http_responses_count[5m]))";
    expect(await valuesOf(fly, inside)).toEqual({ 200: 1, 404: 1 });
  });

  it("tells when a counter last moved, by labels that match", async () => {
    const fly = await aSite();
    await visit(fly);
    const at = fly.clock.now();
    await fly.clock.sleep(10 * minute);
    await visit(fly, "/missing");
    await fly.clock.sleep(minute);
    const moved = (labels: string) =>
      `max by (app) (tlast_change_over_time(fly_edge_http_responses_count{${labels}}[30m]))`;
    const { web: used = 0 } = await valuesOf(fly, moved('app=~"we.",status!~"404|5.."'));
    expect(used * 1_000 - at).toBeLessThanOrEqual(15_000);
    const { web: any = 0 } = await valuesOf(fly, moved('app="web"'));
    expect(any - used).toBeGreaterThan(500);
    expect(await valuesOf(fly, moved('app="web",status="200"').replace("30m", "5m"))).toEqual({});
  });

  it("shows a request that takes long", async () => {
    const fly = await aSite();
    fly.emulator.control.keepOpen(fly.id, 6 * minute);
    await fly.clock.sleep(5 * minute);
    const open = "max by (app) (min_over_time(fly_app_concurrency[3m]))";
    expect(await valuesOf(fly, open)).toEqual({ web: 1 });
    await fly.clock.sleep(5 * minute);
    expect(await valuesOf(fly, open)).toEqual({ web: 0 });
  });
});

describe("of a machine", () => {
  it("shows nothing while it is stopped", async () => {
    const fly = await aSite();
    await fly.clock.sleep(2 * minute);
    expect(await valuesOf(fly, "max by (app) (fly_instance_up)")).toEqual({ web: 1 });
    await fly.call("POST", `/apps/web/machines/${fly.id}/stop`);
    await fly.clock.sleep(6 * minute);
    expect(await valuesOf(fly, "max by (app) (fly_instance_up)")).toEqual({});
  });

  it("counts its CPU in hundredths of a second, and its memory in bytes", async () => {
    const fly = await aSite();
    await fly.clock.sleep(10 * minute);
    const cpu = 'sum by (app) (rate(fly_instance_cpu{mode!="idle"}[5m]))';
    expect((await valuesOf(fly, cpu)).web).toBeLessThan(2);
    fly.emulator.control.compute(fly.id, 0.5, 20 * minute);
    await fly.clock.sleep(10 * minute);
    expect((await valuesOf(fly, cpu)).web).toBeCloseTo(50.5);
    const used = "fly_instance_memory_mem_total - fly_instance_memory_mem_available";
    const { web: bytes = 0 } = await valuesOf(fly, `max by (app) (${used})`);
    expect(bytes).toBeGreaterThan(50 * 2 ** 20);
    expect(bytes).toBeLessThan(256 * 2 ** 20);
  });
});

describe("disturbed", () => {
  it("late samples are not seen yet", async () => {
    const fly = await aSite({ metricsLagMs: 10 * minute });
    await visit(fly);
    await fly.clock.sleep(5 * minute);
    const count = "sum by (app) (increase(fly_edge_http_responses_count[30m]))";
    expect(await valuesOf(fly, count)).toEqual({});
    await fly.clock.sleep(6 * minute);
    expect(await valuesOf(fly, count)).toEqual({ web: 1 });
  });

  it("a gap has no samples, and counters go on after it", async () => {
    const fly = await aSite();
    await visit(fly);
    await fly.clock.sleep(5 * minute);
    const fromMs = fly.clock.now();
    fly.emulator.control.metrics.gaps.push({ fromMs, toMs: fromMs + 10 * minute });
    await visit(fly);
    await fly.clock.sleep(15 * minute);
    expect(await valuesOf(fly, "sum by (app) (count_over_time(fly_instance_up[20m]))")).toEqual({
      web: expect.closeTo(38, -1),
    });
    const count = "sum by (app) (increase(fly_edge_http_responses_count[25m]))";
    expect(await valuesOf(fly, count)).toEqual({ web: 2 });
  });

  it.each([
    ["sum by (app) (nosuch(fly_instance_up[5m]))", "unknown function nosuch"],
    ["rate(fly_instance_cpu)", "rate needs a range"],
    ["sum by (app) (up", ") is missing before the end"],
    ['up{app~"x"}', "unexpected ~"],
  ])("%s is refused", async (query, why) => {
    const { status, body } = await ask(aFly(), query);
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: "error", errorType: "422" });
    expect(body.error).toContain(why);
  });

  it("a token of another organisation sees nothing", async () => {
    expect((await ask(aFly(), "up", "acme", "Bearer org:globex")).status).toBe(403);
    expect((await ask(aFly(), "up", "acme", "Bearer read:acme")).status).toBe(200);
  });
});

it("what is saved is measured on", async () => {
  const fly = await aSite();
  await visit(fly);
  await fly.clock.sleep(minute);
  const again = aFly({ state: fly.emulator.save() });
  again.clock.advance(fly.clock.now() - again.clock.now() + minute);
  const count = "sum by (app) (increase(fly_edge_http_responses_count[30m]))";
  expect(await valuesOf(again, count)).toEqual({ web: 1 });
});
