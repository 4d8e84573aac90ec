/** Answers nobody can use: an `ApiError`, never another error, never endless. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError, isApiError } from "#silo/errors.ts";
import { Secret } from "#silo/secret.ts";
import { failureOf, json, scripted } from "../scripted-fetch.ts";

const machine = {
  name: "pg-yyz",
  region: "yyz",
  config: { image: "a", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } },
} as const;

describe("unusable answers", () => {
  const bad: readonly [string, unknown][] = [
    ["no id", { state: "started" }],
    ["an empty id", { id: "", state: "started" }],
    ["an id of the wrong type", { id: 7, state: "started" }],
    ["a list", []],
    ["text", "started"],
    ["null", null],
    ["a config of the wrong type", { id: "m", state: "started", config: [] }],
    ["checks of the wrong type", { id: "m", state: "started", checks: {} }],
    ["metadata of the wrong type", { id: "m", state: "started", config: { metadata: { a: 1 } } }],
  ];

  it.each(bad)("a machine with %s is an invalid answer", async (_name, body) => {
    const { client, asked } = scripted(() => json(200, body));
    const error = await failureOf(client.createMachine("app", machine));
    expect(error).toMatchObject({ facts: { category: "invalid", ambiguous: true } });
    expect(asked).toHaveLength(1);
    const read = await failureOf(client.getMachine("app", "m"));
    expect(read).toMatchObject({ facts: { category: "invalid", ambiguous: false } });
  });

  it("takes no object for a list, and no envelope without its list", async () => {
    const { client } = scripted(() => json(200, {}));
    for (const call of [
      client.listMachines("app"),
      client.listVolumes("app"),
      client.listSecrets("app"),
      client.listIps("app"),
      client.listOrgMachines("acme"),
      client.listApps("acme"),
      client.setSecrets("app", {}),
    ]) {
      expect(isApiError(await failureOf(call), "invalid")).toBe(true);
    }
  });

  it("asks again for a damaged answer to a read, never for that of a create", async () => {
    const damaged = () => new Response('[{"id": "4d8', { status: 200 });
    const read = scripted(damaged);
    expect(isApiError(await failureOf(read.client.listMachines("app")), "invalid")).toBe(true);
    expect(read.asked).toHaveLength(4);
    const create = scripted(damaged);
    expect(await failureOf(create.client.createMachine("app", machine))).toMatchObject({
      facts: { category: "invalid", ambiguous: true },
    });
    expect(create.asked).toHaveLength(1);
  });

  it("reads no more than it must of an endless body", async () => {
    for (const status of [200, 500]) {
      let chunks = 0;
      const endless = () =>
        new Response(
          new ReadableStream({
            pull: (controller) => {
              chunks++;
              controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20));
            },
          }),
          { status },
        );
      const error = await failureOf(scripted(endless).client.createMachine("app", machine));
      expect(error).toBeInstanceOf(ApiError);
      expect(chunks).toBeLessThan(status === 200 ? 40 : 4);
    }
  });

  it("ends a body that never ends its silence", async () => {
    const silent = () => new Response(new ReadableStream({}), { status: 200 });
    const { client, clock } = scripted(silent);
    const error = await failureOf(
      client.createVolume("app", { name: "d", region: "r", size_gb: 1 }),
    );
    expect(error).toMatchObject({ facts: { category: "timeout", ambiguous: true } });
    expect(clock.now()).toBe(60_000);
  });

  it("throws ApiError and nothing else whatever comes back", async () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.constantFrom('{"error":{"error":[]}}', '"x"', "[null]", '{"machines":[{}]}', "\u0000"),
    );
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.constantFrom(200, 201, 301, 400, 409, 503),
        async (body, status) => {
          const { client } = scripted(() => new Response(body, { status }), { maxAttempts: 1 });
          const calls = [
            client.getMachine("app", "m"),
            client.listOrgMachines("acme"),
            client.createMachine("app", machine),
            client.acquireLease("app", "m", { ttlSeconds: 1, description: "" }),
            client.getLease("app", "m"),
            client.exec("app", "m", { command: ["a"] }),
            client.startMachine("app", "m"),
            client.setSecrets("app", { A: new Secret("aaaaaa") }),
            client.extendVolume("app", "v", 1),
            client.currentTokens(),
            client.getApp("app"),
          ];
          for (const error of await Promise.all(calls.map(failureOf))) {
            if (error !== undefined) expect(error).toBeInstanceOf(ApiError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
