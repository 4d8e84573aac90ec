import { describe, expect, test } from "vitest";
import { aCloud, type Cloud } from "../support/a-cloud.ts";
import { specText } from "../support/spec-text.ts";
import { apiOf, appsOf } from "./api-reader.ts";

const kong = "devenv-acme-erp-kong";

/** A cloud where, at the first call of that kind, somebody breaks the lock and takes it. */
function robbedAt(call: RegExp): { cloud: Cloud; arm: () => void; isRobbed: () => boolean } {
  let state: "idle" | "armed" | "robbed" = "idle";
  const cloud: Cloud = aCloud({
    files: { "silos/acme-erp.yml": specText({ devenv: "  prevent_destroy: false" }) },
    wrap: (fetch) => async (input, init) => {
      const request = new Request(input instanceof Request ? input.clone() : input, init);
      if (state === "armed" && call.test(`${request.method} ${new URL(request.url).pathname}`)) {
        state = "robbed";
        await rob(cloud);
      }
      return fetch(input, init);
    },
  });
  return {
    cloud,
    arm: () => {
      state = "armed";
    },
    isRobbed: () => state === "robbed",
  };
}

async function rob(cloud: Cloud): Promise<void> {
  const api = apiOf(cloud, "local");
  const { id } = await api.machineOf(kong);
  const path = `https://api.machines.dev/v1/apps/${kong}/machines/${id}/lease`;
  const { data } = await api.get<{ data: { nonce: string } }>(new URL(path).pathname);
  const headers = { authorization: "Bearer local", "fly-machine-lease-nonce": data.nonce };
  await cloud.fly.fetch(path, { method: "DELETE", headers });
  const taken = await api.call("POST", new URL(path).pathname, { ttl: 600, description: "thief" });
  expect(taken.status).toBe(201);
}

describe("lock-is-rechecked", () => {
  test("a stop whose lock was taken writes no record any more", async () => {
    const { cloud, arm, isRobbed } = robbedAt(/POST .*-pg\/machines\/\w+\/stop$/);
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    arm();
    const run = await cloud.run("stop acme-erp");
    expect(isRobbed()).toBe(true);
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.stdout).toContain("the lease on its kong machine was lost");
    const { config } = await apiOf(cloud, "local").machineOf(kong);
    // Closing the record is what the next holder will do.
    expect(config.metadata).toMatchObject({ silo_phase: "stopping" });
  });

  test("a destroy whose lock was taken removes nothing any more", async () => {
    const { cloud, arm, isRobbed } = robbedAt(/POST .*-pg\/machines\/\w+\/stop$/);
    expect((await cloud.run("apply acme-erp")).exitCode).toBe(0);
    arm();
    const run = await cloud.run("destroy acme-erp --now --allow-destroy");
    expect(isRobbed()).toBe(true);
    expect(run.exitCode, run.stdout).toBe(1);
    const api = apiOf(cloud, "local");
    expect((await api.call("GET", `/v1/apps/${kong}`)).status).toBe(200);
    expect((await api.call("GET", "/v1/apps/devenv-acme-erp-pg")).status).toBe(200);
    expect(run.writes.filter(({ method }) => method === "DELETE").length).toBeLessThan(
      appsOf("acme-erp").length,
    );
  });

  test("an undisturbed run asks for the lease before it writes the record, once a second at most", async () => {
    const { cloud } = robbedAt(/never/);
    const applied = await cloud.run("apply acme-erp");
    expect(applied.exitCode).toBe(0);
    const stop = await cloud.run("stop acme-erp");
    expect(stop.exitCode).toBe(0);
    const asked = stop.calls.filter(({ action }) => action === "lease.get").length;
    expect(asked).toBeGreaterThanOrEqual(1);
    expect(asked).toBeLessThanOrEqual(2);
  });
});
