/** What a person does to machines past the tool. */

import type { Cloud } from "../support/a-cloud.ts";
import { stackOf } from "./stacks.ts";

export async function stopByHand(cloud: Cloud, app: string): Promise<void> {
  await onMachine(cloud, app, "POST", "/stop");
  await cloud.clock.sleep(5_000);
}

export async function destroyByHand(cloud: Cloud, app: string): Promise<void> {
  await onMachine(cloud, app, "DELETE", "?force=true");
  await cloud.clock.sleep(5_000);
}

async function onMachine(cloud: Cloud, app: string, method: string, rest: string): Promise<void> {
  const { machines } = await stackOf(cloud);
  const machine = machines.find((row) => row.app === app);
  if (!machine) throw new Error(`${app} has no machine`);
  const response = await cloud.fly.fetch(
    `http://fly.local/v1/apps/${app}/machines/${machine.id}${rest}`,
    { method, headers: { authorization: "Bearer local" } },
  );
  if (!response.ok) throw new Error(`${method} ${app}: ${response.status}`);
}
