/** The worlds that commands of the sweep begin in, each made once by the commands themselves. */

import { resumeCloud, type SavedCloud, saveCloud } from "../../scenarios/stacks.ts";
import { aCloud, type Cloud } from "../../support/a-cloud.ts";
import { guarded } from "../../support/guarded.ts";
import { meddle } from "../meddle.ts";
import { repository } from "../rows.ts";
import { specOf } from "../specs.ts";
import { type Strike, Struck } from "./strikes.ts";

export const slug = "acme-erp";
const file = `silos/${slug}.yml`;

const plain = { kongMb: 512, storageGb: 5, isPublic: true, hasStudio: true, isEnabled: true };
export const spec = specOf(slug, plain);
/** Grows a machine and a volume, gives back one address, takes away an app. */
export const editedSpec = specOf(slug, {
  ...plain,
  kongMb: 1024,
  storageGb: 9,
  isPublic: false,
  hasStudio: false,
});

export const options = { latency: "fly", isHeldToContract: false } as const;

export const startNames = [
  "absent",
  "running",
  "stopped",
  "degraded",
  "half-created",
  "half-stopped",
  "half-rotated",
  "half-destroyed",
  "changed by hand",
] as const;
export type StartName = (typeof startNames)[number];

type Make = (start: (name: StartName) => Promise<SavedCloud>) => Promise<SavedCloud>;

const makers: Readonly<Record<StartName, Make>> = {
  absent: async () =>
    saveCloud(
      aCloud({
        ...options,
        files: { [file]: spec },
        github: { repositories: [{ name: repository, ...guarded }] },
      }),
    ),
  running: (start) => after(start("absent"), `apply ${slug}`),
  stopped: (start) => after(start("running"), `stop ${slug}`),
  "half-created": (start) => half(start("absent"), `apply ${slug}`),
  "half-stopped": (start) => half(start("running"), `stop ${slug}`),
  "half-rotated": (start) => half(start("running"), `rotate ${slug}`),
  "half-destroyed": (start) => half(start("running"), `destroy ${slug} --now --allow-destroy`),
  degraded: async (start) => {
    const cloud = await resumeCloud(await start("running"), options);
    cloud.fly.control.setHanging(`devenv-${slug}-auth`, true);
    // Its checks are late, too.
    await cloud.clock.sleep(60_000);
    return done(cloud, `apply ${slug}`);
  },
  "changed by hand": async (start) => {
    const cloud = await resumeCloud(await start("running"), options);
    for (const what of [
      "change-env",
      "release-address",
      "delete-secret",
      "overwrite-github-secret",
    ] as const) {
      await meddle(cloud, slug, what);
    }
    return saveCloud(cloud);
  },
};

const made = new Map<StartName, Promise<SavedCloud>>();

export function start(name: StartName): Promise<SavedCloud> {
  const saved = made.get(name) ?? makers[name](start);
  made.set(name, saved);
  return saved;
}

async function after(from: Promise<SavedCloud>, line: string): Promise<SavedCloud> {
  return done(await resumeCloud(await from, options), line);
}

async function done(cloud: Cloud, line: string): Promise<SavedCloud> {
  const run = await cloud.run(line);
  if (run.exitCode !== 0) throw new Error(`"${line}" ended with ${run.exitCode}: ${run.stdout}`);
  return saveCloud(cloud);
}

/** The command, dead in the middle of its writes. */
async function half(from: Promise<SavedCloud>, line: string): Promise<SavedCloud> {
  const writes = await writesOf(await from, line);
  const strike: Strike = { mode: "crash before", at: Math.ceil(writes / 2), counts: "write" };
  const { cloud, struck } = await struckCloud(await from, [strike]);
  await Promise.race([struck.begin(), cloud.run(line)]);
  await cloud.clock.sleep(31_000);
  return saveCloud(cloud);
}

async function writesOf(from: SavedCloud, line: string): Promise<number> {
  let writes = 0;
  const cloud = await resumeCloud(from, {
    ...options,
    wrap: (fetch) => (input, init) => {
      if ((init?.method ?? "GET") !== "GET") writes++;
      return fetch(input, init);
    },
  });
  await cloud.run(line);
  return writes;
}

export async function struckCloud(from: SavedCloud, strikes: readonly Strike[], text = spec) {
  const now = () => cloud.clock.now();
  const struck = new Struck(strikes, now);
  const cloud: Cloud = await resumeCloud(from, {
    ...options,
    files: { [file]: text },
    wrap: (fetch) => struck.wrap(fetch),
    wrapGitHub: (fetch) => struck.wrap(fetch),
  });
  return { cloud, struck };
}
