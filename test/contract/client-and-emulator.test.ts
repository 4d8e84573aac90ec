/** The client's requests and the emulator's answers, held to the same document by a third reading. */

import { describe, expect, it } from "vitest";
import { createFlyClient } from "#clients/fly/client.ts";
import { createFlyEmulator } from "#emulators/fly/emulator.ts";
import { VirtualClock } from "#emulators/virtual-clock.ts";
import { createWorkloads } from "#emulators/workloads/index.ts";
import { Secret } from "#silo/secret.ts";
import type { FlyWrites } from "#world/fly.ts";
import { flyContract } from "../support/fly-contract.ts";
import { recordingFetch } from "../support/recording-fetch.ts";

const org = "acme";
const app = "contract-shop";

function aCloud(latency: "none" | "fly") {
  const clock = new VirtualClock();
  const emulator = createFlyEmulator({
    clock,
    workloadFor: createWorkloads({ clock }),
    latency,
    orgs: [org],
  });
  const recording = recordingFetch(emulator.fetch, flyContract);
  const client = createFlyClient({
    fetch: recording.fetch,
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(7) },
    tokens: [new Secret("token")],
    baseUrl: "http://fly.test",
  });
  return { client, emulator, recording };
}

/** Every method of the client at least once, over the life of an app. */
async function wholeLife(client: FlyWrites): Promise<void> {
  await client.currentTokens();
  await client.regions();
  expect(await client.getApp(app)).toEqual({ kind: "absent" });
  await client.createApp({ name: app, org, network: app });
  await client.assignIp(app, { type: "shared_v4" });
  const ip = await client.assignIp(app, { type: "private_v6", network: app });
  const { version } = await client.setSecrets(app, { A: new Secret("a"), B: new Secret("b") });
  await client.setSecrets(app, { B: null });
  const guest = { cpu_kind: "shared", cpus: 1, memory_mb: 256 } as const;
  const volume = await client.createVolume(app, {
    name: "data",
    region: "yyz",
    size_gb: 1,
    compute: guest,
  });
  await client.listVolumes(app);
  const config = {
    image: "registry.test/anything:1",
    guest,
    mounts: [{ volume: volume.id, path: "/data" }],
    metadata: { role: "web" },
  };
  const region = "yyz";
  const machine = await client.createMachine(app, {
    name: "web-yyz",
    region,
    config,
    skip_launch: true,
    min_secrets_version: version,
  });
  await workOn(client, machine.id, () => client.updateMachine(app, machine.id, { config }));
  await client.listOrgMachines(org);
  await client.listOrgVolumes(org);
  await client.listApps(org);
  await client.deleteMachine(app, machine.id);
  await client.extendVolume(app, volume.id, 2);
  await client.createSnapshot(app, volume.id);
  await client.listSnapshots(app, volume.id);
  await client.deleteVolume(app, volume.id);
  await client.releaseIp(app, ip.ip);
  await client.listIps(app);
  await client.listSecrets(app);
  await client.deleteApp(app);
}

async function workOn(client: FlyWrites, id: string, update: () => Promise<unknown>) {
  const how = { ttlSeconds: 30, description: "contract" };
  const { nonce } = await client.acquireLease(app, id, how);
  await client.getLease(app, id);
  await client.refreshLease(app, id, { ...how, nonce });
  await client.releaseLease(app, id, nonce);
  await client.waitMachine(app, id, { states: ["settled"], timeoutMs: 120_000 });
  await update();
  await client.waitMachine(app, id, { states: ["settled"], timeoutMs: 120_000 });
  await client.startMachine(app, id);
  await client.waitMachine(app, id, { states: ["started"], timeoutMs: 120_000 });
  await client.exec(app, id, { command: ["true"], timeout: 5 });
  await client.patchMetadata(app, id, { role: null, seen: "yes" });
  await client.listEvents(app, id);
  await client.getMachine(app, id);
  await client.listMachines(app);
  await client.stopMachine(app, id, { signal: "SIGINT", timeout: "10s" });
  await client.waitMachine(app, id, { states: ["stopped"], timeoutMs: 120_000 });
}

describe.skipIf(flyContract === undefined)("the life of an app, held to the document", () => {
  it.each(["none", "fly"] as const)("with latency %s breaks it nowhere", async (latency) => {
    const { client, emulator, recording } = aCloud(latency);
    await wholeLife(client);
    await emulator.close();
    expect(recording.violations()).toEqual([]);
    expect(recording.count()).toBeGreaterThan(30);
  });
});
