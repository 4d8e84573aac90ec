/** Every call that the emulated API answers. */

import type { Route } from "../router.ts";
import { appRoutes } from "./apps.ts";
import { ipRoutes } from "./ips.ts";
import { logRoutes } from "./logs.ts";
import { machineInsideRoutes } from "./machine-inside.ts";
import { machineLeaseRoutes } from "./machine-leases.ts";
import { machineMetadataRoutes } from "./machine-metadata.ts";
import { machinePowerRoutes } from "./machine-power.ts";
import { machineWaitRoutes } from "./machine-wait.ts";
import { machineRoutes } from "./machines.ts";
import { metricRoutes } from "./metrics.ts";
import { orgRoutes } from "./orgs.ts";
import { platformRoutes } from "./platform.ts";
import { secretRoutes } from "./secrets.ts";
import { volumeRoutes } from "./volumes.ts";

export const flyRoutes: readonly Route[] = [
  ...appRoutes,
  ...orgRoutes,
  ...machineRoutes,
  ...machinePowerRoutes,
  ...machineWaitRoutes,
  ...machineLeaseRoutes,
  ...machineMetadataRoutes,
  ...machineInsideRoutes,
  ...volumeRoutes,
  ...secretRoutes,
  ...ipRoutes,
  ...platformRoutes,
  ...metricRoutes,
  ...logRoutes,
];
