/** `silo demo`: the whole life of a silo, with the real commands, on the embedded cloud. */

import type { RunCommand } from "#commands/types.ts";
import { inTemporaryFolder } from "#edge/own-process.ts";
import { styleOf } from "#render/style.ts";
import { acts } from "./demo-acts.ts";
import { demoConfig } from "./demo-files.ts";
import { stageOf } from "./demo-stage.ts";
import { demoSummary, leftOver } from "./demo-summary.ts";
import { startLocalCloud } from "./local-cloud.ts";

const demoOrg = "acme-erp";

export const run: RunCommand = async (context) => {
  const { clock, output, options } = context;
  const style = styleOf(output.color);
  const cloud = await startLocalCloud({
    clock,
    port: 0,
    latency: options.has("slow") ? "fly" : "none",
    seed: 1,
    orgs: [demoOrg],
    faults: [],
    state: undefined,
    postgresDir: undefined,
  });
  const startedAt = clock.now();
  const times: { title: string; ms: number; calls: number }[] = [];
  try {
    await inTemporaryFolder(async (folder) => {
      const stage = stageOf(context, cloud, folder, style);
      stage.write("silo.config.yml", demoConfig);
      for (const { title, play } of acts) {
        const [before, calls] = [clock.now(), cloud.requestCount()];
        output.write(`\n${style.bold(title)}\n`);
        await play(stage);
        const ms = clock.now() - before;
        times.push({ title, ms, calls: cloud.requestCount() - calls });
      }
    });
    const left = await leftOver(cloud.fly, demoOrg);
    output.write(demoSummary(times, left, clock.now() - startedAt, style));
    return 0;
  } finally {
    await cloud.close();
  }
};
