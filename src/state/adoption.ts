/**
 * Whether an app that somebody made by hand can become a service of a silo as it is: an import writes
 * marks and nothing else, and the apply after it changes machines in place. What neither can change
 * (network, region, mounts, where the data lies) must be right already, so that no data is ever out of
 * reach. Every reason against it comes with the way out.
 */

import { services } from "#services/index.ts";
import { networkName, type ServiceName } from "#silo/names.ts";
import { keys, managedBy, type SiloRecord } from "#silo/record.ts";
import type { Silo } from "#silo/silo.ts";
import { currentMachine, type ObservedMachine, type ObservedService } from "./observed.ts";

export interface Obstacle {
  readonly message: string;
  readonly fix: string;
}

export type Adoption =
  | { readonly kind: "absent" | "ours" }
  | { readonly kind: "adoptable"; readonly machine: ObservedMachine }
  | { readonly kind: "blocked"; readonly obstacles: readonly Obstacle[] };

export function adoptionOf(
  silo: Silo,
  record: SiloRecord | undefined,
  seen: ObservedService,
): Adoption {
  if (seen.ownership.kind === "absent") return { kind: "absent" };
  const machine = currentMachine(seen);
  if (seen.ownership.kind === "ours") {
    const isKeyless = !record && !machine && seen.volumes.length > 0;
    return isKeyless ? blocked([withoutMachine(seen)]) : { kind: "ours" };
  }
  const placed = placeObstacles(silo, seen);
  if (placed.length > 0) return blocked(placed);
  if (!machine) return blocked([withoutMachine(seen)]);
  const obstacles = [
    ...countObstacles(seen),
    ...machineObstacles(silo, seen, machine),
    ...volumeObstacles(silo, seen, machine),
    ...dataObstacles(seen, machine),
  ];
  return obstacles.length > 0 ? blocked(obstacles) : { kind: "adoptable", machine };
}

const blocked = (obstacles: readonly Obstacle[]): Adoption => ({ kind: "blocked", obstacles });

/** Names of apps are global, and a network is for good. */
function placeObstacles(silo: Silo, { app, name, place }: ObservedService): Obstacle[] {
  if (place.kind === "absent") return [];
  if (place.kind === "foreign") {
    return [
      {
        message: `${app} is in an organisation that no token of FLY_API_TOKEN may read`,
        fix: "add a token of that organisation; if it is somebody else's, choose other slugs",
      },
    ];
  }
  const { org, network } = place;
  const wantedOrg = silo.spec.devenv.fly_org;
  if (org !== undefined && org !== wantedOrg) {
    return [
      {
        message: `${app} is in the organisation ${org}, and ${silo.file} says ${wantedOrg}`,
        fix: `set fly_org: ${org} when all of it is there; else ${wayOut(name, app)}`,
      },
    ];
  }
  const wanted = networkName(silo.slugs);
  if (network === wanted) return [];
  return [
    {
      message: `${app} is on the network ${network ?? "default"}, which never changes; a silo is on its own, ${wanted}`,
      fix: wayOut(name, app),
    },
  ];
}

function countObstacles({ app, machines }: ObservedService): Obstacle[] {
  if (machines.length < 2) return [];
  return [
    {
      message: `${app} has ${machines.length} machines: ${machines.map(({ id }) => id).join(", ")}`,
      fix: `keep the one with the data: \`flyctl machine destroy ID -a ${app}\``,
    },
  ];
}

function machineObstacles(
  silo: Silo,
  { app, name }: ObservedService,
  { id, metadata, region, image, unreachable }: ObservedMachine,
): Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (metadata[keys.managedBy] === managedBy) {
    obstacles.push({
      message: `The machine ${id} of ${app} is that of the silo ${metadata[keys.siloId] ?? ""} of the manager ${metadata[keys.managerId] ?? ""}`,
      fix: "work on it with the specs and the manager_id that it was made with",
    });
  }
  if (unreachable) {
    obstacles.push({
      message: `The host of ${app} does not answer, so its machine ${id} is unknown`,
      fix: "wait until Fly reports the host well again, then look again",
    });
  }
  if (region !== silo.region && region !== silo.spec.devenv.fly_region) {
    obstacles.push({
      message: `${app} is in ${region}, and ${silo.file} says ${silo.spec.devenv.fly_region}`,
      fix: `set fly_region: ${region} when all of it is there, it can be moved later; else ${wayOut(name, app)}`,
    });
  }
  if (name === "postgres" && !isSupabasePostgres(image)) {
    obstacles.push({
      message: `${app} runs ${image ?? "an unknown image"}, which lacks the roles and the boot of supabase/postgres`,
      fix: wayOut(name, app),
    });
  }
  return obstacles;
}

export const isSupabasePostgres = (image = ""): boolean =>
  /(^|\/)supabase\/postgres[:@]/.test(image);

/** An update of a machine cannot change what it mounts, and a volume keeps its name. */
function volumeObstacles(
  silo: Silo,
  seen: ObservedService,
  { id, config }: ObservedMachine,
): Obstacle[] {
  const { app, name, volumes } = seen;
  const need = services[name].volume(silo);
  const spare = volumes.filter(({ attachedTo }) => attachedTo !== id);
  const obstacles: Obstacle[] = spare.map((volume) => ({
    message: `The volume ${volume.id} (${volume.name}) of ${app} is not mounted by its machine ${id}`,
    fix: `nobody can tell what it holds: save that if it is needed, then \`flyctl volumes destroy ${volume.id} -a ${app}\``,
  }));
  const [mount, ...others] = config?.mounts ?? [];
  const mounted = volumes.find((volume) => volume.id === mount?.volume);
  const is = (message: string) => obstacles.push({ message, fix: wayOut(name, app) });
  if (!need) {
    if (mount) is(`${app} mounts a volume at ${mount.path}; ${name} of a silo keeps nothing`);
  } else if (!mount) {
    is(`${app} has no volume, so what it holds is lost when its machine is changed`);
  } else if (mount.path !== need.path || others.length > 0) {
    is(`${app} mounts its volume at ${mount.path}, not at ${need.path}`);
  } else if (mounted && mounted.name !== need.name) {
    is(`The volume of ${app} is called ${mounted.name}, not ${need.name}`);
  }
  return obstacles;
}

/** Where below the mount the data lies; a value that is a secret cannot be compared. */
function dataObstacles(
  { app, name, secretNames = [] }: ObservedService,
  { config }: ObservedMachine,
): Obstacle[] {
  return Object.entries(services[name].dataEnv ?? {}).flatMap(([variable, values]) => {
    const value = config?.env?.[variable];
    const isSecret = secretNames.includes(variable);
    if (!isSecret && values.includes(value)) return [];
    const how = isSecret ? "a secret" : value === undefined ? "not set" : `"${value}"`;
    const fixed = values.flatMap((one) => (one === undefined ? "unset" : `"${one}"`)).join(" or ");
    return [
      {
        message: `${variable} of ${app} is ${how}, not ${fixed}, so its data is where a silo's would not be found`,
        fix: wayOut(name, app),
      },
    ];
  });
}

const withoutMachine = ({ app, volumes }: ObservedService): Obstacle =>
  volumes.length === 0
    ? { message: `${app} has no machine`, fix: `\`flyctl apps destroy ${app}\`: it holds nothing` }
    : {
        message: `${app} has no machine, and the volume ${volumes.map(({ id }) => id).join(", ")}`,
        fix: `deploy it once more, so that its machine mounts the volume; or save the data and \`flyctl apps destroy ${app}\``,
      };

/** Of what cannot be changed in place. */
const wayOut = (name: ServiceName, app: string): string =>
  dataWays[name] === undefined
    ? `\`flyctl apps destroy ${app}\`: it holds no data, and the apply after the import makes it again under the same name`
    : `${dataWays[name]}, \`flyctl apps destroy ${app}\`, and bring it back after the apply: docs/import.md says how`;

const dataWays: Partial<Record<ServiceName, string>> = {
  postgres: "save the data with pg_dump",
  storage: "copy the files away",
};
