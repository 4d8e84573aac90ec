/** Org-wide lists: the whole fleet in a few calls, eventually consistent and sometimes partial. */

import type { FlyOrgMachine, FlyOrgVolume } from "#wire/fly.ts";
import type { OrgList } from "#world/fly.ts";
import { list, object, type Read, text } from "../shape.ts";
import type { FlyCalls } from "./call.ts";
import { isGone, readOrgMachine } from "./machine-shapes.ts";
import { pageQuery, readCursor, readPages } from "./pages.ts";
import { readList, readOrgVolume } from "./shapes.ts";
import { isGoneVolume } from "./volumes.ts";

export async function listOrgMachines(
  calls: FlyCalls,
  org: string,
): Promise<OrgList<FlyOrgMachine>> {
  const all = await readOrgList(calls, { org, key: "machines", read: readOrgMachine });
  return { ...all, items: all.items.filter((machine) => !isGone(machine)) };
}

export async function listOrgVolumes(calls: FlyCalls, org: string): Promise<OrgList<FlyOrgVolume>> {
  const all = await readOrgList(calls, { org, key: "volumes", read: readOrgVolume });
  return { ...all, items: all.items.filter((volume) => !isGoneVolume(volume)) };
}

async function readOrgList<T extends { readonly id: string; readonly app_name: string }>(
  calls: FlyCalls,
  what: { readonly org: string; readonly key: "machines" | "volumes"; readonly read: Read<T> },
): Promise<OrgList<T>> {
  const { org, key } = what;
  const operation = `list the ${key} of ${org}`;
  const all = await readPages<T>({
    page: (cursor) =>
      calls.call({
        action: `org.${key}`,
        operation,
        method: "GET",
        path: ["orgs", org, key],
        query: pageQuery(1_000, cursor),
        effect: "read",
        org,
        read: ({ body }) => {
          const answer = object(body, "the answer");
          return {
            items: readList(body, key, what.read),
            next: readCursor(answer.next_cursor),
            errorRegions: list(text)(answer.error_regions ?? null, "error_regions"),
          };
        },
      }),
    idOf: (item) => item.id,
    endless: (why) => calls.failure(operation, why, { category: "invalid" }),
  });
  for (const item of all.items) calls.tokens.note(item.app_name, org);
  return all;
}
