/** Spec and status of each silo, as things to read: for agents that look before they ask. */

import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { siloStatus } from "../actions/look.ts";
import { type Caller, maySee } from "../caller.ts";
import { type Desk, siloFor } from "../desk.ts";
import { mayAsk, perform } from "../perform.ts";
import { asProblem } from "../problem.ts";
import type { McpAsker } from "./asker.ts";

const kinds = {
  spec: { mimeType: "application/yaml", text: "what is wanted: the file in git" },
  status: { mimeType: "application/json", text: "what is now" },
} as const;
const names = ["spec", "status"] as const;

/** Of nobody who may not ask for the status. */
const mayRead = ({ role }: Caller): boolean => mayAsk(role, siloStatus);

export async function listResources(desk: Desk, { caller }: McpAsker) {
  if (!mayRead(caller)) return { resources: [] };
  const { specs } = await desk.observatory.specs();
  const mine = specs.selected.filter((silo) => maySee(caller, silo));
  return {
    resources: mine.flatMap(({ slug }) =>
      names.map((name) => ({
        uri: `silo://${slug}/${name}`,
        name: `${slug} ${name}`,
        description: `${slug}: ${kinds[name].text}`,
        mimeType: kinds[name].mimeType,
      })),
    ),
  };
}

export const resourceTemplates = (caller: Caller) => ({
  resourceTemplates: (mayRead(caller) ? names : []).map((name) => ({
    uriTemplate: `silo://{silo}/${name}`,
    name: `${name} of a silo`,
    description: kinds[name].text,
    mimeType: kinds[name].mimeType,
  })),
});

export async function readResource(desk: Desk, asker: McpAsker, uri: string) {
  const [, silo, kind] = /^silo:\/\/([a-z0-9-]{1,100})\/(spec|status)$/.exec(uri) ?? [];
  const name = names.find((one) => one === kind);
  if (silo === undefined || name === undefined || !mayRead(asker.caller)) throw unknown();
  const text = await (name === "spec" ? specText : statusText)(desk, asker, silo);
  return { contents: [{ uri, mimeType: kinds[name].mimeType, text }] };
}

async function specText(desk: Desk, { caller, address }: McpAsker, name: string): Promise<string> {
  const note = (outcome: number) =>
    desk.audit({ via: "mcp", action: "spec", silo: name, who: caller, address, outcome });
  try {
    const silo = await siloFor(desk, caller, name);
    const { files } = await desk.observatory.specs();
    const text = new TextDecoder().decode(files.read(silo.file));
    note(200);
    return text;
  } catch (error) {
    note(asProblem(error).status);
    throw unknown();
  }
}

async function statusText(
  desk: Desk,
  { caller, address }: McpAsker,
  silo: string,
): Promise<string> {
  try {
    const { body } = await perform(desk, siloStatus, {
      caller,
      raw: { silo },
      via: "mcp",
      address,
    });
    return JSON.stringify(body, null, 2);
  } catch (error) {
    if (asProblem(error).status === 404) throw unknown();
    throw error;
  }
}

/** Whether it does not exist or is not the caller's. */
const unknown = () => new McpError(ErrorCode.InvalidParams, "There is no such resource");
