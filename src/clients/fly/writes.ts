/** The writing half of the port. */

import type { FlyReads, FlyWrites } from "#world/fly.ts";
import { createApp, deleteApp } from "./apps.ts";
import type { FlyCalls } from "./call.ts";
import { exec } from "./exec.ts";
import { assignIp, releaseIp } from "./ips.ts";
import { acquireLease, refreshLease, releaseLease } from "./leases.ts";
import { createMachine, deleteMachine, patchMetadata, updateMachine } from "./machines.ts";
import { startMachine, stopMachine } from "./power.ts";
import { setSecrets } from "./secrets.ts";
import { createSnapshot, createVolume, deleteVolume, extendVolume } from "./volumes.ts";
import { waitMachine } from "./wait.ts";

export function flyWrites(calls: FlyCalls): Omit<FlyWrites, keyof FlyReads> {
  return {
    createApp: (request) => createApp(calls, request),
    deleteApp: (app) => deleteApp(calls, app),
    createMachine: (app, request) => createMachine(calls, app, request),
    updateMachine: (app, id, request, lease) => updateMachine(calls, { app, id, lease }, request),
    startMachine: (app, id, lease) => startMachine(calls, { app, id, lease }),
    stopMachine: (app, id, how, lease) => stopMachine(calls, { app, id, lease }, how),
    deleteMachine: (app, id, lease) => deleteMachine(calls, { app, id, lease }),
    waitMachine: (app, id, until, signal) => waitMachine(calls, { app, id, until, signal }),
    exec: (app, id, request) => exec(calls, { app, id }, request),
    patchMetadata: (app, id, patch, version) =>
      patchMetadata(calls, { app, id }, { patch, version }),
    acquireLease: (app, machine, how) => acquireLease(calls, { app, machine }, how),
    refreshLease: (app, machine, how) => refreshLease(calls, { app, machine }, how),
    releaseLease: (app, machine, nonce) => releaseLease(calls, { app, machine }, nonce),
    createVolume: (app, request) => createVolume(calls, app, request),
    extendVolume: (app, id, sizeGb) => extendVolume(calls, app, { id, sizeGb }),
    deleteVolume: (app, id) => deleteVolume(calls, app, id),
    createSnapshot: (app, volume) => createSnapshot(calls, app, volume),
    setSecrets: (app, values) => setSecrets(calls, app, values),
    assignIp: (app, request) => assignIp(calls, app, request),
    releaseIp: (app, ip) => releaseIp(calls, app, ip),
  };
}
