/** What is tried again, how often, when, and what is not. */

import { describe, expect, it } from "vitest";
import { ApiError } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import type { FlyWrites } from "#world/fly.ts";
import {
  aMachine,
  connectionError,
  failureOf,
  inTurn,
  json,
  refusal,
  scripted,
} from "../scripted-fetch.ts";

const config = { image: "a", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } } as const;
const machine = { name: "pg-yyz", region: "yyz", config };

const once: Record<string, (client: FlyWrites) => Promise<unknown>> = {
  createApp: (c) => c.createApp({ name: "a", org: "o", network: "n" }),
  createMachine: (c) => c.createMachine("app", machine),
  updateMachine: (c) => c.updateMachine("app", "m", { config, current_version: "v1" }),
  createVolume: (c) => c.createVolume("app", { name: "d", region: "yyz", size_gb: 1 }),
  assignIp: (c) => c.assignIp("app", { type: "v6" }),
  createSnapshot: (c) => c.createSnapshot("app", "v"),
  acquireLease: (c) => c.acquireLease("app", "m", { ttlSeconds: 60, description: "x" }),
  exec: (c) => c.exec("app", "m", { command: ["true"] }),
};

const repeatable: Record<string, (client: FlyWrites) => Promise<unknown>> = {
  listMachines: (c) => c.listMachines("app"),
  deleteApp: (c) => c.deleteApp("app"),
  deleteMachine: (c) => c.deleteMachine("app", "m"),
  deleteVolume: (c) => c.deleteVolume("app", "v"),
  extendVolume: (c) => c.extendVolume("app", "v", 2),
  patchMetadata: (c) => c.patchMetadata("app", "m", { a: "1" }),
  releaseLease: (c) => c.releaseLease("app", "m", "n"),
  refreshLease: (c) => c.refreshLease("app", "m", { nonce: "n", ttlSeconds: 60, description: "x" }),
  releaseIp: (c) => c.releaseIp("app", "::1"),
  setSecrets: (c) => c.setSecrets("app", { A: new Secret("aaaaaa") }),
  startMachine: (c) => c.startMachine("app", "m"),
  stopMachine: (c) => c.stopMachine("app", "m", { signal: "SIGINT", timeout: "5s" }),
};

const uncertain = {
  "a reset connection": () => connectionError("ECONNRESET"),
  "an answer that breaks off": () => new TypeError("terminated"),
  "a 500": () => refusal(500, "internal"),
  "a 408": () => refusal(408, "deadline_exceeded"),
  "a 503 that proves nothing": () => refusal(503, "no capacity here"),
};

describe.each(Object.entries(once))("%s", (_name, call) => {
  it.each(Object.entries(uncertain))("is sent once when it ends in %s", async (_what, answer) => {
    const { client, asked } = scripted(answer);
    expect(await failureOf(call(client))).toMatchObject({ facts: { ambiguous: true } });
    expect(asked).toHaveLength(1);
  });

  it("is sent once when no answer comes in time", async () => {
    const { client, asked } = scripted(() => () => new Promise(() => {}));
    expect(await failureOf(call(client))).toMatchObject({
      facts: { category: "timeout", ambiguous: true },
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["a refused connection", 4, () => connectionError("ECONNREFUSED")],
    ["an unknown host", 4, () => connectionError("ENOTFOUND")],
    ["a 429", 8, () => refusal(429, "slow down")],
    ["a 503 for lack of capacity", 4, () => refusal(503, "none", "insufficient_capacity")],
  ])(
    "is repeated after %s, which proves that nothing happened",
    async (_what, attempts, answer) => {
      const { client, asked } = scripted(answer);
      expect(await failureOf(call(client))).toMatchObject({ facts: { ambiguous: false } });
      expect(asked).toHaveLength(attempts);
    },
  );

  it("is not repeated after a refusal", async () => {
    const { client, asked } = scripted(() => refusal(422, "no"));
    expect(await failureOf(call(client))).toMatchObject({ facts: { ambiguous: false } });
    expect(asked).toHaveLength(1);
  });
});

describe.each(Object.entries(repeatable))("%s", (_name, call) => {
  it.each(Object.entries(uncertain))("is repeated after %s", async (_what, answer) => {
    const { client, asked } = scripted(answer);
    expect(await failureOf(call(client))).toBeInstanceOf(ApiError);
    expect(asked).toHaveLength(4);
  });
});

describe("delays", () => {
  it("are short after trouble and doubled each time", async () => {
    const { client, asked } = scripted(() => refusal(500, "x"));
    await failureOf(client.getMachine("app", "m"));
    const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    // Half of 100, 200 and 400 ms, as the test's randomness has it.
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(50 * 2 ** index);
      expect(gap).toBeLessThan(53 * 2 ** index);
    }
  });

  it("honour Retry-After, in seconds and as a date", async () => {
    for (const wish of ["7", "Thu, 01 Jan 1970 00:00:07 GMT"]) {
      const { client, asked } = scripted(
        inTurn(
          () => json(429, { error: "slow" }, { "retry-after": wish }),
          () => json(200, []),
        ),
      );
      await client.listMachines("app");
      expect(asked[1]?.at).toBeGreaterThanOrEqual(7_000);
      expect(asked[1]?.at).toBeLessThan(9_000);
    }
  });

  it("give up at once when Retry-After asks for too long, and say so", async () => {
    const { client, asked } = scripted(() => json(429, {}, { "retry-after": "3600" }));
    expect(await failureOf(client.listMachines("app"))).toMatchObject({
      facts: { category: "throttled", retryAfterMs: 3_600_000 },
    });
    expect(asked).toHaveLength(1);
  });

  it("ignore a Retry-After that is neither", async () => {
    const { client } = scripted(
      inTurn(
        () => json(429, {}, { "retry-after": "soon" }),
        () => json(200, []),
      ),
    );
    expect(await client.listMachines("app")).toEqual([]);
  });
});

describe("the retry budget", () => {
  it("ends repetition when most calls fail", async () => {
    const { client, asked } = scripted(() => refusal(500, "x"));
    for (let index = 0; index < 100; index++) await failureOf(client.listMachines(`app-${index}`));
    // 100 first tries and, at 5 each, 100 repetitions out of a budget of 500.
    expect(asked).toHaveLength(200);
  });

  it("is earned back by calls that succeed", async () => {
    let down = true;
    const { client, asked } = scripted(() => (down ? refusal(500, "x") : json(200, [])));
    for (let index = 0; index < 100; index++) await failureOf(client.listMachines(`a${index}`));
    down = false;
    for (let index = 0; index < 15; index++) await client.listMachines(`b${index}`);
    down = true;
    const before = asked.length;
    await failureOf(client.listMachines("c"));
    expect(asked.length - before).toBe(4);
  });
});

describe("what passes by itself", () => {
  it("creates a machine once its secrets version is there", async () => {
    const { client, asked } = scripted(
      inTurn(
        () => refusal(412, "min_secrets_version 4 is not yet available"),
        () => json(200, aMachine()),
      ),
    );
    expect((await client.createMachine("app", machine)).id).toBe("4d891d4c");
    expect(asked).toHaveLength(2);
  });

  it("starts a machine once it is no longer being replaced", async () => {
    const { client, asked } = scripted(
      inTurn(
        () => refusal(412, "failed_precondition: machine getting replaced, refusing to start"),
        () => json(200, { previous_state: "stopped" }),
      ),
    );
    await client.startMachine("app", "m");
    expect(asked).toHaveLength(2);
  });

  it("takes a machine that is on its way already for started or stopped", async () => {
    const up = scripted(() =>
      refusal(412, "unable to start machine from current state: 'started'"),
    );
    await up.client.startMachine("app", "m");
    expect(up.asked).toHaveLength(1);
    const down = scripted(() =>
      refusal(412, "unable to stop machine from current state: 'stopped'"),
    );
    await down.client.stopMachine("app", "m", { signal: "SIGINT", timeout: "5s" });
  });

  it("asks again about an app and a machine that were created a moment ago", async () => {
    const answers = inTurn(
      () => json(201, { id: "a", created_at: 1 }),
      () => refusal(404, "app not found"),
      () => refusal(401, "unauthorized"),
      () => json(200, aMachine()),
      () => refusal(404, "machine not found"),
      () => json(200, aMachine()),
    );
    const { client } = scripted(answers);
    await client.createApp({ name: "app", org: "acme", network: "n" });
    const made = await client.createMachine("app", machine);
    expect(await client.getMachine("app", made.id)).toBeDefined();
  });

  it("believes a 404 about what was deleted, and about a young machine's lease", async () => {
    const answers = inTurn(
      () => json(201, { id: "a", created_at: 1 }),
      () => json(200, aMachine()),
      () => refusal(404, "lease not found"),
      () => new Response(null, { status: 202 }),
      () => refusal(404, "app not found"),
    );
    const { client, asked } = scripted(answers);
    await client.createApp({ name: "app", org: "acme", network: "n" });
    const { id } = await client.createMachine("app", machine);
    expect(await client.getLease("app", id)).toBeUndefined();
    await client.deleteApp("app");
    expect(await client.getApp("app")).toEqual({ kind: "absent" });
    expect(asked).toHaveLength(5);
  });
});
