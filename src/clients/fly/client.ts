/** The client of the Fly Machines API: `FlyWrites` over an injected fetch, clock and randomness. */

import type { FlyReads, FlyWrites } from "#world/fly.ts";
import { createFlyCalls } from "./call.ts";
import { flyReads } from "./reads.ts";
import type { FlyClientOptions } from "./request.ts";
import { flyWrites } from "./writes.ts";

export type { FlyClientOptions } from "./request.ts";

/** Throws `Refused` when no usable token is given. */
export function createFlyClient(options: FlyClientOptions): FlyWrites {
  const calls = createFlyCalls(options);
  return { ...flyReads(calls), ...flyWrites(calls) };
}

/** The same client without its methods that write, at run time too. */
export function readOnly(client: FlyReads): FlyReads {
  return {
    currentTokens: () => client.currentTokens(),
    regions: () => client.regions(),
    listApps: (org) => client.listApps(org),
    listOrgMachines: (org) => client.listOrgMachines(org),
    listOrgVolumes: (org) => client.listOrgVolumes(org),
    getApp: (app) => client.getApp(app),
    listMachines: (app) => client.listMachines(app),
    getMachine: (app, id) => client.getMachine(app, id),
    listVolumes: (app) => client.listVolumes(app),
    listSnapshots: (app, volume) => client.listSnapshots(app, volume),
    listSecrets: (app) => client.listSecrets(app),
    listIps: (app) => client.listIps(app),
    getLease: (app, machine) => client.getLease(app, machine),
    listEvents: (app, machine) => client.listEvents(app, machine),
    queryMetrics: (org, query) => client.queryMetrics(org, query),
    listLogs: (app, after) => client.listLogs(app, after),
  };
}
