/** Where the demo plays: a folder of its own, the real commands as child processes, one cloud. */

import type { CommandContext } from "#commands/types.ts";
import { runSelf } from "#edge/own-process.ts";
import type { Style } from "#render/style.ts";
import { renderMasterKey } from "#silo/master-key.ts";
import { handedOutText } from "./demo-handed-out.ts";
import type { LocalCloud } from "./local-cloud.ts";

/** What an act can do; everything it does is shown first. */
export interface Stage {
  say(text: string): void;
  /** Writes a file of the demo's own folder. */
  write(path: string, content: string): void;
  /** Runs a command, which must end with this exit code. */
  silo(line: string, exitCode: number): Promise<void>;
  /** What GitHub holds of the silo for these roles, secrets masked. */
  handedOut(slug: string): void;
  /** GET of a public URL, as a browser or a bot would. */
  visit(url: string): Promise<void>;
}

export function stageOf(
  { output, files, random }: CommandContext,
  { environment, github, urls }: LocalCloud,
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
    handedOut: (slug) => {
      output.write(style.dim("# what each role can read on the emulated GitHub\n"));
      output.write(handedOutText(github, slug, style));
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
