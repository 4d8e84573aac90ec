/** `silo render`: what a silo is made of, as files for people and for flyctl. */

import { flyToml, localFile, machineConfigFile } from "#render/fly-toml.ts";
import { kongYml, studioGatewayYml } from "#render/kong-yml.ts";
import { enabledServices } from "#services/index.ts";
import type { ServiceDefinition } from "#services/types.ts";
import { appName } from "#silo/names.ts";
import type { Silo } from "#silo/silo.ts";

/**
 * Path → text, paths relative to the folder they are written to: `<app>/fly.toml` with the
 * files it names beside it, and Kong's declarative files. No secret is in any of them.
 */
export function render(silo: Silo): Readonly<Record<string, string>> {
  const enabled = enabledServices(silo);
  return {
    ...Object.fromEntries(enabled.flatMap((service) => appFiles(silo, service))),
    "kong.yml": kongYml(silo),
    ...(enabled.some(({ name }) => name === "studio")
      ? { "studio-gateway.yml": studioGatewayYml(silo) }
      : {}),
  };
}

function appFiles(silo: Silo, service: ServiceDefinition): readonly [string, string][] {
  const app = appName(silo.slugs, service.name);
  const { files = [], containers } = service.machine(silo);
  return [
    [`${app}/fly.toml`, flyToml(silo, service)],
    ...files.flatMap((file): [string, string][] =>
      file.raw_value === undefined ? [] : [[`${app}/${localFile(file)}`, decode(file.raw_value)]],
    ),
    ...machineConfig(app, containers),
  ];
}

const machineConfig = (app: string, containers: unknown): readonly [string, string][] =>
  containers === undefined ? [] : [[`${app}/${machineConfigFile}`, json({ containers })]];

const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
