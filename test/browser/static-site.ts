/** What `silo dashboard` wrote, on a web server that knows nothing. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { runWords } from "#commands/run-words.ts";
import { deskCommands } from "#desk/catalogue.ts";
import { fleetTime } from "../support/a-fleet.ts";
import { type MemoryFiles, memoryFiles } from "../support/memory-files.ts";

export interface Site {
  readonly url: string;
  /** What is served, by path. */
  readonly files: MemoryFiles;
  close(): Promise<void>;
}

/** The page of these files, by the command. */
export async function publish(initial: Readonly<Record<string, string>>): Promise<MemoryFiles> {
  const files = memoryFiles(initial);
  const said: string[] = [];
  const nothing = async () => undefined;
  const code = await runWords(["dashboard", "--out", "site"], deskCommands, {
    output: () => ({
      write: (text) => void said.push(text),
      note: (text) => void said.push(text),
      ...{ redraw: undefined, color: false, noteColor: false, columns: 120, rows: 24 },
    }),
    version: async () => "1.2.3",
    files,
    clock: { now: () => fleetTime, sleep: nothing },
    random: { bytes: (length) => new Uint8Array(length) },
    signal: new AbortController().signal,
    variable: () => undefined,
    postNotice: async () => undefined,
    connectGitHub: nothing,
    connectNetlify: nothing,
    connectFly: () => Promise.reject(new Error("Nothing is read from Fly")),
  });
  if (code !== 0) throw new Error(said.join(""));
  return files;
}

const types: Readonly<Record<string, string>> = {
  ...{ html: "text/html", js: "text/javascript", css: "text/css" },
  ...{ json: "application/json", svg: "image/svg+xml" },
};

export async function serve(files: MemoryFiles): Promise<Site> {
  const server = createServer(({ url = "/" }, response) => {
    const path = `site${url === "/" ? "/index.html" : url.split("?")[0]}`;
    const text = files.content.get(path);
    response.writeHead(text === undefined ? 404 : 200, {
      "content-type": types[path.split(".").at(-1) ?? ""] ?? "text/plain",
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    files,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
