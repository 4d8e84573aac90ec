/** One app by the strongest reads there are. */

import type { ServiceName } from "#silo/names.ts";
import { keys } from "#silo/record.ts";
import type { FlyMachine } from "#wire/fly.ts";
import type { FlyReads } from "#world/fly.ts";
import { importedDigest, pendingDigest } from "./desire.ts";
import { fromMachine, fromVolumes } from "./from-wire.ts";
import type { ObservedService } from "./observed.ts";
import { doubtedList, emptyAgainst } from "./sure-lists.ts";

export type SeenService = Omit<ObservedService, "ownership">;

export async function readService(
  app: string,
  name: ServiceName,
  fly: FlyReads,
): Promise<SeenService> {
  const lookup = await fly.getApp(app);
  if (lookup.kind !== "found") {
    return { name, app, place: lookup, machines: [], volumes: [], ips: [], secretNames: [] };
  }
  const { network, organization, machine_count: count = 0 } = lookup.app;
  const firsts = await Promise.all([
    fly.listMachines(app),
    fly.listVolumes(app),
    fly.listIps(app),
    fly.listSecrets(app),
  ]);
  const machines = await doubtedList(count > 0, firsts[0], () => fly.listMachines(app));
  if (machines.length === 0 && count > 0) {
    throw emptyAgainst(app, "machines", `the app counts ${count}`);
  }
  const isMounted = machines.some(({ config }) => (config?.mounts ?? []).length > 0);
  // A configured machine had its addresses and secrets before it had its configuration.
  const isConfigured = machines.some(hasDigest);
  const [volumes, ips, secrets] = await Promise.all([
    doubtedList(isMounted, firsts[1], () => fly.listVolumes(app)),
    doubtedList(isConfigured, firsts[2], () => fly.listIps(app)),
    doubtedList(isConfigured, firsts[3], () => fly.listSecrets(app)),
  ]);
  if (volumes.length === 0 && isMounted)
    throw emptyAgainst(app, "volumes", "its machine mounts one");
  return {
    name,
    app,
    place: { kind: "found", network, org: organization?.slug },
    machines: machines.map(fromMachine),
    volumes: fromVolumes(volumes),
    ips,
    secretNames: secrets.map((secret) => secret.name).sort(),
  };
}

function hasDigest({ config }: FlyMachine): boolean {
  const digest = config?.metadata?.[keys.specDigest];
  return digest !== undefined && digest !== pendingDigest && digest !== importedDigest;
}
