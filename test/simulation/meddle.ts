/** Things that happen to a silo without us; nothing where there is nothing to happen to. */

import type { FlyMachineConfig } from "#wire/fly.ts";
import type { Cloud } from "../support/a-cloud.ts";
import { repository, rowsOf, standing } from "./rows.ts";
import type { Meddling } from "./story.ts";

export async function meddle(cloud: Cloud, slug: string, what: Meddling): Promise<void> {
  const { machines, apps } = await rowsOf(cloud);
  const machineOf = (suffix: string) =>
    machines.find(({ app }) => app === `devenv-${slug}-${suffix}`);
  const appOf = (suffix: string) => apps.find(({ name }) => name === `devenv-${slug}-${suffix}`);
  const auth = machineOf("auth");
  switch (what) {
    case "stop-machine":
      if (auth?.state === "started") await fly(cloud, "POST", machinePath(auth, "/stop"));
      break;
    case "delete-machine":
      if (auth) await fly(cloud, "DELETE", machinePath(auth, "?force=true"));
      break;
    case "change-env": {
      const config = auth?.versions.at(-1)?.config;
      if (!auth || !config) break;
      const changed: FlyMachineConfig = { ...config, env: { ...config.env, MEDDLED: "yes" } };
      await fly(cloud, "POST", machinePath(auth, ""), { config: changed });
      break;
    }
    case "delete-secret": {
      const [name] = Object.keys(appOf("auth")?.secrets ?? {});
      if (name) await fly(cloud, "DELETE", `devenv-${slug}-auth/secrets/${name}`);
      break;
    }
    case "release-address": {
      const ip = appOf("rest")?.ips[0]?.ip;
      if (ip) await fly(cloud, "DELETE", `devenv-${slug}-rest/ip_assignments/${ip}`);
      break;
    }
    case "migrate-host": {
      const pg = machineOf("pg");
      if (pg) await cloud.fly.control.migrateHost(pg.app, pg.id);
      break;
    }
    case "lose-status": {
      const path = `silos/status/${slug}.json`;
      if (cloud.github?.files(repository, "silo-status")?.has(path)) {
        cloud.github.push(repository, "silo-status", { [path]: null });
      }
      break;
    }
    case "overwrite-github-secret": {
      const [name] = [...standing(cloud, slug).keys()].filter((key) => key.endsWith("ANON_KEY"));
      const secret = name?.slice("repository: ".length);
      if (secret)
        cloud.github?.setSecret(repository, "repository", { name: secret, value: "mine" });
      break;
    }
    case "delete-github-environment":
      await cloud.github?.fetch(
        `http://github.local/repos/${repository}/environments/silo-${slug}-devops`,
        { method: "DELETE", headers: { authorization: "Bearer local" } },
      );
      break;
  }
  await cloud.clock.sleep(20_000);
}

const machinePath = ({ app, id }: { readonly app: string; readonly id: string }, more: string) =>
  `${app}/machines/${id}${more}`;

async function fly(cloud: Cloud, method: string, path: string, body?: unknown): Promise<void> {
  await cloud.fly.fetch(`http://fly.local/v1/apps/${path}`, {
    method,
    headers: { authorization: "Bearer anybody" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
