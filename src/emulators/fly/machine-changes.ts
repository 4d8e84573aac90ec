/** Creation and update of machines: the two calls that give one a new version. */

import type { FlyMachineConfig } from "#wire/fly.ts";
import { type Call, flag, integer, text } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import type { AppRow, LeaseRow, MachineRow, VolumeRow } from "./entities.ts";
import {
  ApiProblem,
  capacity,
  invalid,
  machineNameTaken,
  quotaExceeded,
  secretsVersionMissing,
  versionMismatch,
} from "./errors.ts";
import { imagesOf, machinePullMs } from "./latency.ts";
import { usableRegion } from "./lookups.ts";
import { currentConfig, parseMachineConfig } from "./machine-config.ts";
import { recordVolumeView, volumeState } from "./org-view.ts";
import { replaceMachine } from "./power.ts";
import { regionAliases } from "./regions.ts";
import { secretsForMachines } from "./routes/secrets.ts";

export function createMachineRow(app: AppRow, call: Call, cloud: Cloud): MachineRow {
  const { store, ids, latency, life } = cloud;
  const name = text(call.body, "name") ?? `machine-${ids.pick("abcdefghijkmnpqrstuvwxyz", 6)}`;
  const namesake = store
    .machinesOf(app.name)
    .find((row) => row.name === name && row.destroyedMs === undefined);
  if (namesake) throw machineNameTaken(namesake.id, name);
  const config = parseMachineConfig(call.body.config);
  const asked = text(call.body, "region") ?? "any";
  const region = usableRegion(regionAliases[asked] ?? asked);
  const secrets = secretsFor(app, call);
  const volume = volumeToMount(config, { app, region, at: call.at }, cloud);
  refuseByName(app, { region, volume, memoryMb: config.guest.memory_mb });
  const version = ids.ulid(call.at);
  const row: MachineRow = {
    id: ids.machine(),
    app: app.name,
    org: app.org,
    name,
    region,
    createdMs: call.at,
    updatedMs: call.at,
    visibleMs: call.at + latency.visibleMs,
    host: volume?.host ?? ids.host(region),
    privateIp: ids.privateIp(app.networkPrefix),
    state: "creating",
    version,
    versions: [{ version, config }],
    secrets,
    cordoned: flag(call.body, "skip_service_registration") ?? false,
    hostStatus: "ok",
    lease: leaseFor(call, cloud),
    events: [],
    next: undefined,
    startedMs: undefined,
    runs: [],
    ports: [],
    listeningMs: undefined,
    initialised: false,
    restarts: 0,
    stuck: app.name.includes("fault-stuck"),
    destroyedMs: undefined,
    views: [],
  };
  store.addMachine(row);
  if (volume) {
    volume.attachedTo = row.id;
    volume.lastImage = config.image;
    recordVolumeView(volume, cloud.orgListLagMs, call.at);
  }
  life.enter(row, "creating", call.at, { type: "launch", status: "created", source: "user" });
  life.schedule(row, {
    at: call.at + machinePullMs(latency, config),
    kind: "prepared",
    launch: !flag(call.body, "skip_launch"),
  });
  return row;
}

/** Replaces the whole config. What did not run stays at rest. */
export function updateMachineRow(row: MachineRow, app: AppRow, call: Call, cloud: Cloud): void {
  const guard = text(call.body, "current_version");
  if (guard !== undefined && guard !== row.version) throw versionMismatch(guard, row.version);
  const region = text(call.body, "region");
  if (region !== undefined && region !== row.region)
    throw invalid("machine region cannot be changed");
  const name = text(call.body, "name");
  if (name !== undefined && name !== row.name) throw invalid("machine name cannot be changed");
  const config = parseMachineConfig(call.body.config);
  const before = currentConfig(row);
  const mount = config.mounts?.[0];
  if (mount && mount.volume !== before.mounts?.[0]?.volume) throw invalid("volume does not exist");
  const secrets = secretsFor(app, call);
  const isSameImage = imagesOf(config).join() === imagesOf(before).join();
  replaceMachine(cloud, row, call.at, {
    skipLaunch: flag(call.body, "skip_launch") ?? false,
    pullMs: isSameImage ? 0 : machinePullMs(cloud.latency, config),
  });
  if (!mount) detach(row, cloud, call.at);
  const version = cloud.ids.ulid(call.at);
  row.version = version;
  row.versions.push({ version, config });
  row.secrets = secrets;
  row.cordoned = flag(call.body, "skip_service_registration") ?? row.cordoned;
  row.lease = leaseFor(call, cloud) ?? row.lease;
  cloud.life.touch(row, call.at);
}

function secretsFor(app: AppRow, call: Call): Record<string, string> {
  const least = integer(call.body, "min_secrets_version") ?? 0;
  const available = call.at < app.secretsReadyMs ? app.secretsVersion - 1 : app.secretsVersion;
  if (least > available) throw secretsVersionMissing(least);
  return flag(call.body, "skip_secrets") ? {} : secretsForMachines(app, call.at);
}

function volumeToMount(
  config: FlyMachineConfig,
  { app, region, at }: { readonly app: AppRow; readonly region: string; readonly at: number },
  { store }: Cloud,
): VolumeRow | undefined {
  const mount = config.mounts?.[0];
  if (!mount) return undefined;
  const volume = store.volumes.get(mount.volume);
  if (!volume || volume.app !== app.name || volumeState(volume, at) !== "created") {
    throw invalid("volume does not exist");
  }
  if (volume.region !== region) {
    throw invalid(
      `Mounts source volume ${volume.id} is in the wrong region, it is in ${volume.region}`,
    );
  }
  if (volume.attachedTo !== undefined) {
    throw new ApiProblem(
      412,
      `failed_precondition: volume ${volume.id} is already claimed by machine ${volume.attachedTo}`,
    );
  }
  return volume;
}

/** Faults that a user typed into the name of the app. */
function refuseByName(
  { name, org }: AppRow,
  wanted: {
    readonly region: string;
    readonly volume: VolumeRow | undefined;
    readonly memoryMb: number;
  },
): void {
  const { region, volume, memoryMb } = wanted;
  const hintMb = volume?.compute?.memory_mb ?? 0;
  if (name.includes("fault-full-host") && volume && hintMb < memoryMb) {
    throw capacity[412](volume.id);
  }
  if (name.includes("fault-quota")) throw quotaExceeded(org, region);
  if (name.includes("fault-capacity-409")) throw capacity[409]();
  if (name.includes("fault-capacity-412"))
    throw volume ? capacity[412](volume.id) : capacity[409]();
  if (name.includes("fault-capacity")) throw capacity[503]();
}

function detach(row: MachineRow, cloud: Cloud, at: number): void {
  for (const volume of cloud.store.volumesOf(row.app)) {
    if (volume.attachedTo !== row.id) continue;
    volume.attachedTo = undefined;
    recordVolumeView(volume, cloud.orgListLagMs, at);
  }
}

function leaseFor(call: Call, { ids }: Cloud): LeaseRow | undefined {
  const ttl = integer(call.body, "lease_ttl");
  if (ttl === undefined || ttl <= 0) return undefined;
  return {
    nonce: ids.hex(12),
    expiresMs: call.at + ttl * 1_000,
    owner: call.token.owner,
    description: "",
  };
}
