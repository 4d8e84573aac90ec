/** `silo demo`: the whole life of a silo, with the real commands, on the embedded cloud. */

import type { CommandContext, RunCommand } from "#commands/types.ts";
import { inTemporaryFolder, runSelf } from "#edge/own-process.ts";
import { type Style, styleOf } from "#render/style.ts";
import { renderMasterKey } from "#silo/master-key.ts";
import { acts } from "./demo-acts.ts";
import { demoConfig } from "./demo-files.ts";
import { demoSummary, leftOver } from "./demo-summary.ts";
import { type LocalCloud, startLocalCloud } from "./local-cloud.ts";

const demoOrg = "acme-erp";

/** What an act can do; everything it does is shown first. */
export interface Stage {
  say(text: string): void;
  /** Writes a file of the demo's own folder. */
  write(path: string, content: string): void;
  /** Runs a command, which must end with this exit code. */
  silo(line: string, exitCode: number): Promise<void>;
  /** GET of a public URL, as a browser or a bot would. */
  visit(url: string): Promise<void>;
}

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
        const [before, calls] = [clock.now(), cloud.fly.requests.length];
        output.write(`\n${style.bold(title)}\n`);
        await play(stage);
        const ms = clock.now() - before;
        times.push({ title, ms, calls: cloud.fly.requests.length - calls });
      }
    });
    const left = await leftOver(cloud.fly, demoOrg);
    output.write(demoSummary(times, left, clock.now() - startedAt, style));
    return 0;
  } finally {
    await cloud.close();
  }
};

function stageOf(
  { output, files, random }: CommandContext,
  { environment, urls }: LocalCloud,
  folder: string,
  style: Style,
): Stage {
  const SILO_MASTER_KEY = renderMasterKey(random.bytes(32));
  return {
    say: (text) => output.write(`${text}\n`),
    write: (path, content) => files.write(`${folder}/${path}`, content),
    silo: async (line, exitCode) => {
      output.write(`${style.dim("$")} ${style.green(`silo ${line}`)}\n`);
      const code = await runSelf(splitWords(line), {
        cwd: folder,
        environment: { ...environment, SILO_MASTER_KEY },
      });
      if (code !== exitCode) {
        throw new Error(`silo ${line} ended with ${code}, not with ${exitCode}`);
      }
      if (code !== 0) output.write(style.dim(`exit code ${code}\n`));
    },
    visit: async (url) => {
      const { hostname, pathname } = new URL(url);
      const local = new URL(pathname, urls.fly_public);
      const { createFetch } = await import("#edge/fetch.ts");
      const fetch = createFetch();
      local.hostname = `${hostname}.localhost`;
      const response = await fetch(local);
      await response.body?.cancel();
      await fetch.close();
      output.write(`${style.dim("$")} ${style.green(`curl ${url}`)}\n${response.status}\n`);
    },
  };
}

/** Words of a line; quotes keep a text together. */
const splitWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
