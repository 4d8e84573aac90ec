/** Kong: the one door for clients, at the address that frontends are built with. */

import { publicWeb } from "./exposure.ts";
import { httpCheck } from "./health-check.ts";
import { kongFile, kongPlugins } from "./kong-file.ts";
import {
  kongEnv,
  kongFilePath,
  kongLogFormatFile,
  kongPort,
  kongStatusPort,
} from "./kong-runtime.ts";
import { fileSecret, secretFile } from "./machine-file.ts";
import { ownSecrets } from "./own-secrets.ts";
import { guestOf } from "./sizing.ts";
import type { ServiceDefinition } from "./types.ts";

/** The whole declarative file is a secret: Kong 3.4 wants the keys literally in it. */
const fileSecretName = "SILO_KONG_YML";

export const kong: ServiceDefinition = {
  name: "kong",
  // It answers for the others only once they are up; what must come first is the database.
  after: ["postgres"],
  isEnabled: () => true,
  guest: (silo) => guestOf(silo.spec.devenv.services.kong),
  image: (silo) => silo.spec.devenv.services.kong.image,
  ips: () => ["shared_v4", "v6"],
  volume: () => undefined,
  secretNames: (silo) => [fileSecretName, ...silo.spec.devenv.services.kong.secret_env],
  secrets: (silo, credentials, extra) => ({
    [fileSecretName]: fileSecret(
      JSON.stringify(
        kongFile(silo, {
          anon: credentials.anonKey.reveal(),
          serviceRole: credentials.serviceRoleKey.reveal(),
        }),
        null,
        2,
      ),
    ),
    ...ownSecrets(silo, "kong", extra),
  }),
  machine: (silo) => {
    const spec = silo.spec.devenv.services.kong;
    return {
      image: spec.image,
      guest: guestOf(spec),
      env: { ...kongEnv(kongPlugins), ...spec.env },
      files: [secretFile(kongFilePath, fileSecretName), kongLogFormatFile],
      services: [publicWeb(kongPort)],
      checks: { ready: httpCheck(kongStatusPort, "/status") },
      restart: { policy: "on-failure", max_retries: 10 },
      // SIGQUIT lets running requests end.
      stop_config: { signal: "SIGQUIT", timeout: "15s" },
    };
  },
  ready: [],
};
