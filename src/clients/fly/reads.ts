/** The reading half of the port, each method one endpoint or one paged list. */

import type { FlyReads } from "#world/fly.ts";
import { getApp, listApps } from "./apps.ts";
import type { FlyCalls } from "./call.ts";
import { listIps } from "./ips.ts";
import { getLease } from "./leases.ts";
import { listLogs } from "./logs.ts";
import { getMachine, listEvents, listMachines } from "./machines.ts";
import { queryMetrics } from "./metrics.ts";
import { listOrgMachines, listOrgVolumes } from "./orgs.ts";
import { currentTokens, regions } from "./platform.ts";
import { listSecrets } from "./secrets.ts";
import { listSnapshots, listVolumes } from "./volumes.ts";

export function flyReads(calls: FlyCalls): FlyReads {
  return {
    currentTokens: () => currentTokens(calls),
    regions: () => regions(calls),
    listApps: (org) => listApps(calls, org),
    listOrgMachines: (org) => listOrgMachines(calls, org),
    listOrgVolumes: (org) => listOrgVolumes(calls, org),
    getApp: (app) => getApp(calls, app),
    listMachines: (app) => listMachines(calls, app),
    getMachine: (app, id) => getMachine(calls, app, id),
    listVolumes: (app) => listVolumes(calls, app),
    listSnapshots: (app, volume) => listSnapshots(calls, app, volume),
    listSecrets: (app) => listSecrets(calls, app),
    listIps: (app) => listIps(calls, app),
    getLease: (app, machine) => getLease(calls, { app, machine }),
    listEvents: (app, machine) => listEvents(calls, app, machine),
    queryMetrics: (org, query) => queryMetrics(calls, org, query),
    listLogs: (app, after) => listLogs(calls, app, after),
  };
}
