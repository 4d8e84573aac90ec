/**
 * A machine config as fly.toml, for people who want flyctl. silo-manager itself never reads it:
 * machines are made over the Machines API from the same definition.
 */

import { stringify } from "@iarna/toml";
import type { ServiceDefinition } from "#services/types.ts";
import { appName, networkName, serviceSuffixes } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";
import type { FlyCheck, FlyFile, FlyMachineConfig, FlyService } from "#wire/fly.ts";

/** Names beside fly.toml that it refers to. */
export const machineConfigFile = "machine.json";
export const localFile = ({ guest_path }: FlyFile): string => guest_path.replace(/^.*\//, "");

type Machine = ReturnType<ServiceDefinition["machine"]>;

/** The text of `fly.toml`. Secrets appear by name only. */
export function flyToml(silo: Silo, service: ServiceDefinition): string {
  const machine = service.machine(silo);
  const table = {
    app: appName(silo.slugs, service.name),
    primary_region: silo.region,
    ...stopKeys(machine),
    ...containerKeys(machine),
    build: { image: machine.image },
    ...(machine.init?.exec ? { experimental: { exec: [...machine.init.exec] } } : {}),
    ...(machine.env ? { env: { ...machine.env } } : {}),
    ...mountKeys(silo, service),
    ...(machine.files ? { files: machine.files.map(fileKeys) } : {}),
    services: (machine.services ?? []).map(serviceKeys),
    checks: checkKeys(machine.checks ?? {}),
    ...restartKeys(machine),
    vm: [vmKeys(machine)],
  };
  return `${comment(silo, service, machine)}\n${stringify(table)}`;
}

function stopKeys({ stop_config }: Machine) {
  if (stop_config === undefined) return {};
  const seconds = Number.parseInt(stop_config.timeout, 10);
  return { kill_signal: stop_config.signal, kill_timeout: seconds };
}

/** flyctl takes the containers from a file, and puts `build.image` into the named one. */
const containerKeys = ({ containers }: Machine) =>
  containers?.[0] === undefined
    ? {}
    : { machine_config: machineConfigFile, container: containers[0].name };

function mountKeys(silo: Silo, service: ServiceDefinition) {
  const volume = service.volume(silo);
  if (volume === undefined) return {};
  const { name, path, sizeGb } = volume;
  return { mounts: [{ source: name, destination: path, initial_size: `${sizeGb}gb` }] };
}

function fileKeys(file: FlyFile) {
  const { guest_path, secret_name } = file;
  return secret_name === undefined
    ? { guest_path, local_path: localFile(file) }
    : { guest_path, secret_name };
}

const serviceKeys = (service: FlyService) => ({
  protocol: service.protocol,
  internal_port: service.internal_port,
  auto_stop_machines: service.autostop,
  auto_start_machines: service.autostart,
  min_machines_running: 0,
  ports: service.ports.map(({ port, handlers, force_https }) => ({
    port,
    ...(handlers ? { handlers: [...handlers] } : {}),
    ...(force_https ? { force_https } : {}),
  })),
  ...(service.concurrency ? { concurrency: { ...service.concurrency } } : {}),
});

const checkKeys = (checks: Readonly<Record<string, FlyCheck>>) =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, { ...check }]));

function restartKeys({ restart }: Machine) {
  if (restart === undefined) return {};
  const { policy, max_retries } = restart;
  return {
    restart: [
      {
        policy: policy === "no" ? "never" : policy,
        ...(max_retries === undefined ? {} : { retries: max_retries }),
      },
    ],
  };
}

const vmKeys = ({ guest }: Pick<FlyMachineConfig, "guest">) => ({
  cpu_kind: guest.cpu_kind,
  cpus: guest.cpus,
  memory: `${guest.memory_mb}mb`,
});

function comment(silo: Silo, service: ServiceDefinition, machine: Machine): string {
  const network = networkName(silo.slugs);
  const lines = [
    `${serviceSuffixes[service.name]} of silo ${silo.slug}, rendered by silo-manager from ${silo.file}.`,
    "silo-manager does not read this file. What fly.toml cannot say:",
    `- the app is on the private network ${network} (fly apps create --network ${network});`,
    `- its addresses: ${service.ips(silo).join(", ")} (deploy with --no-public-ips);`,
    "- one machine only (deploy with --ha=false);",
    `- its secrets: ${service.secretNames(silo).join(", ")}.`,
    ...containerComment(machine),
  ];
  return lines.map((line) => `# ${line}\n`).join("");
}

const containerComment = ({ containers = [] }: Machine): readonly string[] =>
  containers.length === 0
    ? []
    : [
        `- the containers ${containers.map(({ name }) => name).join(", ")}, their secrets, files,`,
        `  order and health checks: they are in ${machineConfigFile}, which this file names.`,
      ];
